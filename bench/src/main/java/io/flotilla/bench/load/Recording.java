package io.flotilla.bench.load;

import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.HistoryWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The history of a run, or none. Any thread; lines are written one at a time.
 *
 * <p>Lines come from the client's loop, where nobody could handle a full disk: the first failure is
 * kept and thrown by {@link #close}. Nothing is written after that, so an answer that comes after
 * the end cannot contradict its line.
 */
final class Recording implements AutoCloseable {
  private static final int BUFFER_CHARS = 1 << 20;

  private final Optional<Writer> sink;
  private final Optional<HistoryWriter> lines;
  private final AtomicLong lastClient = new AtomicLong();
  private Optional<IOException> failure = Optional.empty();
  private boolean isClosed;

  private Recording(Optional<Writer> sink, Optional<HistoryWriter> lines) {
    this.sink = sink;
    this.lines = lines;
  }

  /** Records nothing. */
  static Recording off() {
    return new Recording(Optional.empty(), Optional.empty());
  }

  /** Records into a new file. */
  static Recording into(Path file) throws IOException {
    return into(
        new BufferedWriter(
            new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8),
            BUFFER_CHARS));
  }

  /** Records into {@code sink}, which is closed with this. */
  static Recording into(Writer sink) throws IOException {
    return new Recording(Optional.of(sink), Optional.of(new HistoryWriter(sink)));
  }

  boolean isOn() {
    return lines.isPresent();
  }

  /** A name nobody had before: of a slot when it begins, and after each unknown outcome. */
  long newClient() {
    return lastClient.incrementAndGet();
  }

  synchronized void write(HistoryLine line) {
    if (lines.isEmpty() || isClosed || failure.isPresent()) {
      return;
    }
    try {
      lines.get().write(line);
    } catch (IOException broken) {
      failure = Optional.of(broken);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (isClosed || sink.isEmpty()) {
      return;
    }
    isClosed = true;
    try (Writer closing = sink.get()) {
      if (failure.isPresent()) {
        throw failure.get();
      }
      lines.orElseThrow().flush();
      closing.flush();
    }
  }
}
