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
import java.util.TreeMap;
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
  private final Habits habits;
  private final List<HistoryLine> history = new ArrayList<>();
  private final SplittableRandom random;
  private final Map<String, Long> refusals = new TreeMap<>();
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
   */
  public RecordedLoad(FlotillaClient client, SortedMap<String, String> loaded, Habits habits) {
    this.client = client;
    this.keys = List.copyOf(loaded.keySet());
    this.habits = habits;
    this.random = new SplittableRandom(habits.seed());
    for (Map.Entry<String, String> each : loaded.entrySet()) {
      history.add(new InitLine(each.getKey(), each.getValue()));
    }
    this.loop = new ThreadEventLoop("flotilla-drill", drained::completeExceptionally);
  }

  /**
   * How clients behave.
   *
   * @param pauseNanos how long each thinks between two operations
   * @param seed what they ask for follows from it; when does not
   * @param hot beginning of the keys that many meet on, which nobody else may use
   */
  public record Habits(long pauseNanos, long seed, String hot) {}

  /** Something that is done to the cluster; it lasts until it is over. */
  public interface Fault {
    /** Writes down that it ends now. */
    void over();
  }

  /** Lets {@code clients} run until {@link #finish}. */
  public void start(int clients) {
    onLoop(
        () -> {
          meter = new StepMeter(loop.nanoTime());
          for (int i = 0; i < clients; i++) {
            running++;
            user(i < CAS_USERS_MAX).next();
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

  /** Writes into the history what is done to the cluster from now on. */
  public Fault fault(String what) {
    return onLoop(
        () -> {
          long begun = loop.nanoTime();
          int at = history.size();
          history.add(new FaultLine(what, begun, OptionalLong.empty()));
          return () ->
              onLoop(
                  () ->
                      history.set(
                          at, new FaultLine(what, begun, OptionalLong.of(loop.nanoTime()))));
        });
  }

  /** Everything that was seen so far. */
  public List<HistoryLine> history() {
    return onLoop(() -> List.copyOf(history));
  }

  /** Why operations ended without an acknowledgement, and how many did. */
  public SortedMap<String, Long> refusals() {
    return onLoop(() -> new TreeMap<>(refusals));
  }

  /** Every key that the load may have written. */
  public List<String> keysWritten() {
    List<String> all = new ArrayList<>(keys);
    all.addAll(RecordedClient.hotKeys(habits.hot()));
    return all;
  }

  /** Lets no client begin anything more; the result is when. */
  public long stop() {
    return onLoop(
        () -> {
          isStopping = true;
          return loop.nanoTime();
        });
  }

  /** Ends the load, then reads every loaded key once more; the result is what that cost. */
  public StepCost finish() {
    stop();
    drained.join();
    return step();
  }

  /** Judges everything that was seen. Call after {@link #finish}. */
  public Judgement judge() {
    List<HistoryLine> lines = history();
    long deadline = System.nanoTime() + CHECK_NANOS_MAX;
    Verdict verdict =
        LinearizabilityChecker.check(
            lines, CheckBudget.DEFAULT.withGiveUp(() -> System.nanoTime() > deadline));
    return Judgement.of(verdict);
  }

  /** Writes the history down, for {@code check}. */
  public void save(Path file) throws IOException {
    List<HistoryLine> lines = history();
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
      loop.schedule(habits.pauseNanos(), () -> begin(user));
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
    finalReads = new ArrayDeque<>(keysWritten());
    readingUntil = loop.nanoTime() + FINAL_READ_NANOS_MAX;
    List<RecordedClient> readers = new ArrayList<>();
    for (int i = 0; i < FINAL_READERS; i++) {
      readers.add(user(false));
      running++;
    }
    readers.forEach(this::proceed);
  }

  private RecordedClient user(boolean isCasUser) {
    return new RecordedClient(client, book, random.split(), isCasUser, habits.hot());
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
    public void refused(String reason) {
      loop.execute(() -> refusals.merge(reason, 1L, Long::sum));
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
