package io.flotilla.raft.transport;

import io.flotilla.base.runtime.EventLoop;
import java.util.function.Consumer;

/**
 * Tells an operator what frames are refused, a line a second at most: whoever sends them may send
 * many. Owned by the node's loop.
 */
public final class RefusalLog {
  private static final long SILENCE_NANOS = 1_000_000_000L;

  private final EventLoop loop;
  private final Consumer<String> lines;
  private long untold;
  private long toldNanos;
  private boolean hasTold;

  /** {@code lines} gets what is worth a line in a log. */
  public RefusalLog(EventLoop loop, Consumer<String> lines) {
    this.loop = loop;
    this.lines = lines;
  }

  void refused(String problem) {
    untold++;
    long now = loop.nanoTime();
    if (hasTold && now - toldNanos < SILENCE_NANOS) {
      return;
    }
    hasTold = true;
    toldNanos = now;
    lines.accept("frames refused since the last such line: " + untold + ", this one " + problem);
    untold = 0;
  }
}
