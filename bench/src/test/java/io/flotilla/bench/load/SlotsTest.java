package io.flotilla.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.load.MemoryTarget.Ending;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private static final long SECOND = 1_000_000_000;

  private final MemoryTarget target = new MemoryTarget();
  private final Tally tally = new Tally(0, SECOND);
  private long now;

  private static LoadConfig config(Workload workload, int concurrency) {
    return new LoadConfig(
        workload, concurrency, 1, 0, 0, 100, 8, 32, Optional.empty(), Duration.ofSeconds(1));
  }

  private Slots slots(Workload workload, int concurrency, double rate) {
    return new Slots(
        config(workload, concurrency),
        target,
        Recording.off(),
        new Pace(0, SECOND, rate),
        tally,
        () -> now);
  }

  private LoadReport report() {
    return tally.report(config(Workload.PUT, 1), 0);
  }

  @Test
  void aClosedLoopKeepsAsManyUnderWayAsItWasTold() {
    target.hold();
    Slots slots = slots(Workload.PUT, 3, 0);
    slots.poke();
    assertThat(target.waiting()).isEqualTo(3);
    target.answerOne();
    assertThat(target.waiting()).isEqualTo(3);
    slots.poke();
    assertThat(target.waiting()).isEqualTo(3);
  }

  @Test
  void answersAfterTheEndStartNothing() {
    target.hold();
    Slots slots = slots(Workload.PUT, 2, 0);
    slots.poke();
    now = SECOND;
    target.answerOne();
    assertThat(slots.isIdle()).isFalse();
    target.answerOne();
    assertThat(slots.isIdle()).isTrue();
    assertThat(report().ops()).as("begun while it was measured").isEqualTo(2);
    assertThat(report().maxMicros()).isBetween(999_000L, 1_001_000L);
  }

  @Test
  void theLatencyOfALateStartCountsFromWhenItWasMeant() {
    target.hold();
    Slots slots = slots(Workload.PUT, 1, 1_000);
    slots.poke();
    now = 50_000_000;
    slots.poke();
    assertThat(target.waiting()).as("one slot, stalled").isEqualTo(1);
    target.answerOne();
    assertThat(target.waiting()).as("the answer starts what fell due meanwhile").isEqualTo(1);
    target.answerOne();
    assertThat(report().ops()).isEqualTo(2);
    assertThat(report().p50Micros()).isBetween(48_900L, 49_100L);
  }

  @Test
  void onlyAcknowledgedAnswersAreOps() {
    target.hold().endNext(Ending.REFUSED, Ending.LOST, Ending.DONE, Ending.LOST);
    slots(Workload.PUT, 4, 0).poke();
    now = SECOND;
    for (int i = 0; i < 4; i++) {
      target.answerOne();
    }
    assertThat(report().ops()).isEqualTo(1);
    assertThat(report().errors()).isEqualTo(1);
    assertThat(report().unknown()).isEqualTo(2);
  }

  @Test
  void whatIsNeverAnsweredIsUnknown() {
    target.hold();
    Slots slots = slots(Workload.PUT, 2, 0);
    slots.poke();
    now = SECOND;
    target.answerOne();
    slots.abandon();
    assertThat(report().ops()).isEqualTo(1);
    assertThat(report().unknown()).isEqualTo(1);
  }

  @Test
  void answersThatComeAtOnceDoNotPileUpOnTheStack() {
    Slots slots =
        new Slots(
            config(Workload.MIXED, 1),
            target,
            Recording.off(),
            new Pace(0, SECOND, 0),
            tally,
            () -> now += 2_000);
    slots.poke();
    assertThat(slots.isIdle()).isTrue();
    assertThat(report().ops()).isGreaterThan(100_000);
  }

  @Test
  void anInsertThatFailsIsTriedAgainWithTheSameKey() {
    target.hold();
    slots(Workload.D, 1, 0).poke();
    while (target.rows() < 1) {
      target.endNext(Ending.REFUSED).answerOne();
      target.answerOne();
    }
    assertThat(target.keys().get(0)).isEqualTo("00000100");
  }

  @Test
  void aReadModifyWriteIsOneOperation() {
    target.hold();
    Slots slots = slots(Workload.F, 1, 0);
    slots.poke();
    int calls = 0;
    while (target.rows() == 0) {
      target.answerOne();
      calls++;
    }
    assertThat(report().ops()).isEqualTo(calls - 1);
  }
}
