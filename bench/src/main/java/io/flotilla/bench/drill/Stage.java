package io.flotilla.bench.drill;

import com.google.errorprone.annotations.FormatMethod;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.AdminClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.v1.GroupStatusMessage;
import io.flotilla.v1.MoveMessage;
import io.flotilla.v1.StatusResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the script of a drill works with: the cluster, an operator's client, time, chance, and the
 * history in which it writes down what it does. One thread.
 */
final class Stage {
  private static final long POLL_MILLIS = 50;
  private static final long SETTLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(120);

  private final DrillSite site;
  private final AdminClient admin;
  private final RandomGenerator random;
  private final RecordedLoad load;
  private final long endNanos;
  private final TreeMap<Long, MoveMessage> moves = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final long firstMove;

  Stage(
      DrillSite site, AdminClient admin, RandomGenerator random, RecordedLoad load, long endNanos) {
    this.site = site;
    this.admin = admin;
    this.random = random;
    this.load = load;
    this.endNanos = endNanos;
    this.firstMove =
        ask(() -> admin.moves(true)).getMovesList().stream()
            .mapToLong(MoveMessage::getId)
            .max()
            .orElse(0);
  }

  DrillSite site() {
    return site;
  }

  AdminClient admin() {
    return admin;
  }

  RandomGenerator random() {
    return random;
  }

  /** Whether there is time for more. */
  boolean goesOn() {
    return System.nanoTime() - endNanos < 0;
  }

  /** Writes down that something is done to the cluster from now on. */
  @FormatMethod
  RecordedLoad.Fault fault(String format, Object... arguments) {
    return load.fault(String.format(Locale.ROOT, format, arguments));
  }

  /** Lets clients run; at most until the end, so that no drill is much longer than asked for. */
  void hold(long millis) {
    long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
    sleep(Math.min(millis, left));
  }

  /** Lets clients run for all of this time. */
  void holdFully(long millis) {
    sleep(millis);
  }

  ShardMap map() {
    return ask(() -> admin.query(-1));
  }

  StatusResponse status() {
    return ask(admin::status);
  }

  /** Groups that have a leader now. */
  List<GroupStatusMessage> ledGroups() {
    return status().getGroupsList().stream().filter(group -> group.getLeader() != 0).toList();
  }

  /** Waits until every shard is where it should be and no move is under way. */
  void settle() {
    until("every shard has arrived", () -> isSettled());
  }

  /** Waits for what must come; what does not is a problem of the drill. */
  void until(String what, BooleanSupplier isSo) {
    long deadline = System.nanoTime() + SETTLE_NANOS_MAX;
    while (System.nanoTime() < deadline) {
      if (isSo.getAsBoolean()) {
        return;
      }
      sleep(POLL_MILLIS);
    }
    problem("waited in vain until " + what);
  }

  /** Something did not hold. */
  void problem(String what) {
    problems.add(what);
  }

  List<String> problems() {
    return problems;
  }

  /** Every move since the drill began, in the state it was last seen in. */
  List<MoveMessage> moves() {
    collectMoves();
    return List.copyOf(moves.values());
  }

  /**
   * Asks the controller until it answers: it may be without a leader just now. What is asked for
   * must not matter if it is done twice.
   */
  <T> T ask(Supplier<CompletableFuture<T>> question) {
    long deadline = System.nanoTime() + SETTLE_NANOS_MAX;
    while (true) {
      try {
        return question.get().join();
      } catch (CompletionException failure) {
        boolean isTransient =
            failure.getCause() instanceof FlotillaException known
                && known.code() != FlotillaException.Code.INVALID_ARGUMENT;
        if (!isTransient || System.nanoTime() > deadline) {
          throw failure;
        }
        sleep(POLL_MILLIS);
      }
    }
  }

  private boolean isSettled() {
    collectMoves();
    return map().shards().stream()
            .allMatch(shard -> shard.owner() != 0 && shard.owner() == shard.target())
        && status().getLiveMoves() == 0;
  }

  /** The controller keeps a thousand; a storm has more. */
  private void collectMoves() {
    for (MoveMessage move : ask(() -> admin.moves(true)).getMovesList()) {
      if (move.getId() > firstMove) {
        moves.put(move.getId(), move);
      }
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(Math.max(0, millis));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the drill was interrupted", stop);
    }
  }
}
