package io.flotilla.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void aClosedLoopStartsWheneverASlotIsFreeUntilTheEnd() {
    Pace pace = new Pace(100, 200, 0);
    assertThat(pace.take(150)).isEqualTo(150);
    assertThat(pace.take(150)).isEqualTo(150);
    assertThat(pace.take(200)).isEqualTo(Pace.NONE);
    assertThat(pace.missed()).isZero();
  }

  @Test
  void anOpenLoopStartsNothingBeforeItsTime() {
    Pace pace = new Pace(0, 1_000_000_000, 1_000);
    assertThat(pace.take(0)).isZero();
    assertThat(pace.take(999_999)).isEqualTo(Pace.NONE);
    assertThat(pace.idleNanos(999_000)).isEqualTo(1_000);
    assertThat(pace.take(1_000_000)).isEqualTo(1_000_000);
  }

  @Test
  void aLateStartKeepsTheTimeItWasMeantFor() {
    Pace pace = new Pace(0, 1_000_000_000, 1_000);
    assertThat(pace.take(5_500_000)).isZero();
    assertThat(pace.take(5_500_000)).isEqualTo(1_000_000);
    assertThat(pace.idleNanos(5_500_000)).isZero();
  }

  @Test
  void startsThatWereNeverMadeAreCounted() {
    Pace pace = new Pace(0, 10_000_000, 1_000);
    pace.take(0);
    pace.take(9_000_000);
    assertThat(pace.take(10_000_000)).isEqualTo(Pace.NONE);
    assertThat(pace.missed()).isEqualTo(8);
  }
}
