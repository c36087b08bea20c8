package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Long polls that wait for a newer map. Owned by the loop. */
final class Watchers {
  /** Nobody waits longer; short enough that a lost leader is noticed soon. */
  static final long HOLD_NANOS_MAX = 5_000_000_000L;

  /** Polls waiting at once; beyond, BUSY. */
  static final int WAITING_MAX = 10_000;

  /** Polls answered in one turn of the loop. */
  private static final int RELEASED_MAX = 256;

  private final EventLoop loop;
  private final LongSupplier version;
  private final Supplier<ByteString> map;
  private final LinkedHashSet<Waiting> waiting = new LinkedHashSet<>();
  private ByteString encoded = ByteString.EMPTY;
  private long encodedVersion = -1;
  private long appliedVersion = -1;

  /**
   * @param version of the latest map
   * @param map the latest map as an answer
   */
  Watchers(EventLoop loop, LongSupplier version, Supplier<ByteString> map) {
    this.loop = loop;
    this.version = version;
    this.map = map;
  }

  /** Answers as soon as there is a map after {@code after}, or the latest one in the end. */
  void await(long after, long remainingNanos, RpcReply reply) {
    if (version.getAsLong() > after) {
      reply.answer(latest());
    } else if (waiting.size() >= WAITING_MAX) {
      reply.fail(Failures.busy("too many watchers"));
    } else {
      Waiting one = new Waiting(after, reply);
      waiting.add(one);
      // Leave the answer time to travel.
      long hold = Math.min(HOLD_NANOS_MAX, remainingNanos / 4 * 3);
      one.timeout = Optional.of(loop.schedule(hold, () -> one.release()));
    }
  }

  /** The log went on. */
  void onApplied() {
    if (version.getAsLong() != appliedVersion) {
      appliedVersion = version.getAsLong();
      releaseOverdue();
    }
  }

  private void releaseOverdue() {
    List<Waiting> overdue =
        waiting.stream().filter(one -> one.after < appliedVersion).limit(RELEASED_MAX).toList();
    overdue.forEach(Waiting::release);
    if (overdue.size() == RELEASED_MAX) {
      loop.execute(this::releaseOverdue);
    }
  }

  /** One encoding serves everybody who waits for this version. */
  private ByteString latest() {
    long now = version.getAsLong();
    if (now != encodedVersion) {
      encodedVersion = now;
      encoded = map.get();
    }
    return encoded;
  }

  boolean isAnyWaiting() {
    return !waiting.isEmpty();
  }

  /** This node leads no longer, or knows nobody who does. */
  void dismiss() {
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    for (Waiting one : all) {
      one.timeout.ifPresent(Timeout::cancel);
      one.reply.fail(Failures.unavailable("nobody is known to lead the controller now"));
    }
  }

  private final class Waiting {
    private final long after;
    private final RpcReply reply;
    private Optional<Timeout> timeout = Optional.empty();

    Waiting(long after, RpcReply reply) {
      this.after = after;
      this.reply = reply;
    }

    void release() {
      if (waiting.remove(this)) {
        timeout.ifPresent(Timeout::cancel);
        reply.answer(latest());
      }
    }
  }
}
