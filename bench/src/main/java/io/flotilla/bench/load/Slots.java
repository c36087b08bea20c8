package io.flotilla.bench.load;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The operations that may be under way at one time. Any thread; an answer starts the next operation
 * on the thread that brought it, so there is no thread an operation.
 */
final class Slots {
  private static final int SCAN_ROWS_MAX = 100;

  private final Workload workload;
  private final KeyNames names;
  private final KeyChooser chooser;
  private final Inserts inserts;
  private final Target target;
  private final Pace pace;
  private final Tally tally;
  private final LongSupplier clock;
  private final List<Slot> all = new ArrayList<>();
  private final ConcurrentLinkedQueue<Slot> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger busy = new AtomicInteger();

  Slots(
      LoadConfig config,
      Target target,
      Recording recording,
      Pace pace,
      Tally tally,
      LongSupplier clock) {
    this.workload = config.workload();
    this.names = new KeyNames(config.keyBytes());
    this.inserts = new Inserts(config.keys());
    this.chooser = KeyChooser.of(workload, config.keys(), inserts);
    this.target = target;
    this.pace = pace;
    this.tally = tally;
    this.clock = clock;
    Values values = new Values(config.valueBytes());
    SplittableRandom random = new SplittableRandom();
    for (int i = 0; i < config.concurrency(); i++) {
      all.add(new Slot(new Caller(target, values, recording, clock), random.split()));
    }
    idle.addAll(all);
  }

  /** Starts what is due, as far as slots are free. */
  void poke() {
    while (true) {
      Slot slot = idle.poll();
      if (slot == null) {
        return;
      }
      long intended = pace.take(clock.getAsLong());
      if (intended == Pace.NONE) {
        idle.add(slot);
        return;
      }
      busy.incrementAndGet();
      slot.run(intended);
    }
  }

  /** Whether nothing is under way. */
  boolean isIdle() {
    return busy.get() == 0;
  }

  /** Gives up on what is still under way: counted and recorded as it stands. */
  void abandon() {
    for (Slot slot : all) {
      slot.abandon();
    }
  }

  /** Handed from thread to thread by the answers it waits for. */
  private final class Slot {
    private static final long NO_INSERT = -1;

    private final Caller caller;
    private final RandomGenerator random;
    private long inserting = NO_INSERT;
    private Step step = Step.READ;
    private long begunNanos;
    private volatile boolean isBusy;

    Slot(Caller caller, RandomGenerator random) {
      this.caller = caller;
      this.random = random;
    }

    /** A loop, not a recursion, over answers that are there at once. */
    void run(long firstIntended) {
      long intended = firstIntended;
      while (intended != Pace.NONE) {
        CompletableFuture<?> answer = begin();
        if (!answer.isDone()) {
          goOnAfter(answer, intended);
          return;
        }
        settleBy(answer, intended);
        intended = pace.take(clock.getAsLong());
      }
      idle.add(this);
      busy.decrementAndGet();
    }

    private <T> void goOnAfter(CompletionStage<T> answer, long intended) {
      answer.whenComplete(
          (ok, failure) -> {
            settle(intended, failure);
            run(pace.take(clock.getAsLong()));
          });
    }

    private <T> void settleBy(CompletionStage<T> answer, long intended) {
      answer.whenComplete((ok, failure) -> settle(intended, failure));
    }

    private CompletableFuture<?> begin() {
      isBusy = true;
      begunNanos = clock.getAsLong();
      // An insert without an answer is tried again: readers of later keys wait for it.
      step = inserting == NO_INSERT ? workload.step(random) : Step.INSERT;
      return switch (step) {
        case READ -> caller.read(names.key(chooser.next(random)));
        case UPDATE -> caller.write(names.key(chooser.next(random)));
        case INSERT -> caller.write(names.key(insertion()));
        case SCAN ->
            caller.scan(
                names.neighbourhood(chooser.next(random)), 1 + random.nextInt(SCAN_ROWS_MAX));
        case READ_MODIFY_WRITE -> {
          ByteString key = names.key(chooser.next(random));
          yield caller.read(key).thenCompose(seen -> caller.write(key));
        }
      };
    }

    private long insertion() {
      if (inserting == NO_INSERT) {
        inserting = inserts.begin();
      }
      return inserting;
    }

    private void settle(long intended, Throwable failure) {
      isBusy = false;
      if (failure == null) {
        tally.acknowledged(begunNanos, clock.getAsLong() - intended);
        if (step == Step.INSERT) {
          inserts.acknowledged(inserting);
          inserting = NO_INSERT;
        }
      } else if (target.isUnknown(failure)) {
        tally.unknown(begunNanos);
      } else {
        tally.failed(begunNanos);
      }
    }

    void abandon() {
      if (isBusy) {
        caller.abandon();
        tally.unknown(begunNanos);
      }
    }
  }
}
