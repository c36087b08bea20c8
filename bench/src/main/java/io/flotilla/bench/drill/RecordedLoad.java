package io.flotilla.bench.drill;

import io.flotilla.base.runtime.ThreadEventLoop;
import io.flotilla.client.FlotillaClient;
import io.flotilla.sim.history.FaultLine;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.HistoryWriter;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import io.flotilla.sim.history.check.CheckBudget;
import io.flotilla.sim.history.check.LinearizabilityChecker;
import io.flotilla.sim.history.check.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Clients that read and write all the time and write down what they saw.
 *
 * <p>Methods are called from one thread, which is not the load's own; they block until the load has
 * taken notice. A history of a few hundred thousand operations is kept in memory.
 */
public final class RecordedLoad implements AutoCloseable {
  /** At most so many clients meet on the keys of compare-and-set. */
  private static final int CAS_USERS_MAX = 12;

  private static final int FINAL_READERS = 64;
  private static final long FINAL_READ_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final long CHECK_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

  private final ThreadEventLoop loop;
  private final FlotillaClient client;
  private final List<String> keys;
  private final long pauseNanos;
  private final List<HistoryLine> history = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final Book book = new Book();
  private StepMeter meter = new StepMeter(System.nanoTime());
  private ArrayDeque<String> finalReads = new ArrayDeque<>();
  private boolean isStopping;
  private boolean isReadingAll;
  private long readingUntil;
  private int running;
  private int names;

  /**
   * A load that has not begun.
   *
   * @param client stays the caller's
   * @param loaded what the cluster holds, and nobody else writes
   * @param pauseNanos how long each client thinks between two operations
   */
  public RecordedLoad(FlotillaClient client, SortedMap<String, String> loaded, long pauseNanos) {
    this.client = client;
    this.keys = List.copyOf(loaded.keySet());
    this.pauseNanos = pauseNanos;
    for (Map.Entry<String, String> each : loaded.entrySet()) {
      history.add(new InitLine(each.getKey(), each.getValue()));
    }
    this.loop = new ThreadEventLoop("flotilla-drill", drained::completeExceptionally);
  }

  /** Lets {@code clients} run until {@link #finish}. */
  public void start(int clients) {
    onLoop(
        () -> {
          meter = new StepMeter(loop.nanoTime());
          for (int i = 0; i < clients; i++) {
            running++;
            new RecordedClient(client, book, random.split(), i < CAS_USERS_MAX).next();
          }
          return 0;
        });
  }

  /** What was seen since the last step; the next one begins. */
  public StepCost step() {
    return onLoop(
        () -> {
          long now = loop.nanoTime();
          StepCost cost = meter.cost(now);
          meter = new StepMeter(now);
          return cost;
        });
  }

  /** Writes into the history what is done to the cluster now. */
  public void fault(String what) {
    onLoop(() -> history.add(new FaultLine(what, loop.nanoTime(), OptionalLong.empty())));
  }

  /** Ends the load, then reads every loaded key once more; the result is what that cost. */
  public StepCost finish() {
    onLoop(() -> isStopping = true);
    drained.join();
    return step();
  }

  /** Judges everything that was seen. Call after {@link #finish}. */
  public Judgement judge() {
    List<HistoryLine> lines = onLoop(() -> List.copyOf(history));
    long deadline = System.nanoTime() + CHECK_NANOS_MAX;
    Verdict verdict =
        LinearizabilityChecker.check(
            lines, CheckBudget.DEFAULT.withGiveUp(() -> System.nanoTime() > deadline));
    return Judgement.of(verdict);
  }

  /** Writes the history down, for {@code check}. */
  public void save(Path file) throws IOException {
    List<HistoryLine> lines = onLoop(() -> List.copyOf(history));
    try (Writer sink = Files.newBufferedWriter(file)) {
      HistoryWriter writer = new HistoryWriter(sink);
      for (HistoryLine line : lines) {
        writer.write(line);
      }
      writer.flush();
    }
  }

  @Override
  public void close() {
    loop.close();
  }

  /** Every client goes on here when an operation of its own has ended. */
  private void proceed(RecordedClient user) {
    if (isReadingAll) {
      String key = finalReads.poll();
      if (key != null) {
        user.get(key);
        return;
      }
    } else if (!isStopping) {
      loop.schedule(pauseNanos, () -> begin(user));
      return;
    }
    retire();
  }

  private void begin(RecordedClient user) {
    if (isStopping) {
      retire();
    } else {
      user.next();
    }
  }

  private void retire() {
    running--;
    if (running > 0) {
      return;
    }
    if (isReadingAll) {
      drained.complete(null);
    } else {
      readAll();
    }
  }

  private void readAll() {
    isReadingAll = true;
    finalReads = new ArrayDeque<>(keys);
    finalReads.addAll(RecordedClient.hotKeys());
    readingUntil = loop.nanoTime() + FINAL_READ_NANOS_MAX;
    List<RecordedClient> readers = new ArrayList<>();
    for (int i = 0; i < FINAL_READERS; i++) {
      readers.add(new RecordedClient(client, book, random.split(), false));
      running++;
    }
    readers.forEach(this::proceed);
  }

  private <T> T onLoop(Supplier<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    loop.execute(() -> done.complete(task.get()));
    return done.orTimeout(1, TimeUnit.MINUTES).join();
  }

  /** What the clients write in; on the loop but for time. */
  private final class Book implements RecordedClient.Ledger {
    @Override
    public long nanoTime() {
      return loop.nanoTime();
    }

    @Override
    public String newName() {
      names++;
      return "c" + names;
    }

    @Override
    public String key(int index) {
      return keys.get(index);
    }

    @Override
    public int keys() {
      return keys.size();
    }

    @Override
    public void onLoop(Runnable task) {
      loop.execute(task);
    }

    @Override
    public void ended(RecordedClient user, Operation operation) {
      history.add(operation);
      if (operation.status() == OpStatus.OK) {
        meter.acknowledged(operation.returned().orElseThrow() - operation.call());
      } else if (operation.status() == OpStatus.FAIL) {
        meter.failed();
      } else {
        meter.unknown();
        user.rename();
      }
      boolean isMissedRead =
          isReadingAll && operation.kind() == OpKind.GET && operation.status() != OpStatus.OK;
      if (isMissedRead && loop.nanoTime() < readingUntil) {
        // The last look at a key must not be lost: it is what shows a lost write.
        finalReads.add(operation.key());
      }
      proceed(user);
    }
  }
}
