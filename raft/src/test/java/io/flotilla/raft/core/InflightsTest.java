package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InflightsTest {
  @Test
  void isFullAtEitherBoundAndSettlesUpToAnIndex() {
    Inflights inflights = new Inflights(3, 100);
    inflights.add(5, 10);
    inflights.add(7, 10);
    assertThat(inflights.full()).isFalse();
    inflights.add(9, 10);
    assertThat(inflights.full()).isTrue();

    inflights.settleThrough(8);

    assertThat(inflights.count()).isEqualTo(1);
    assertThat(inflights.bytes()).isEqualTo(10);
    inflights.add(11, 90);
    assertThat(inflights.full()).as("bytes").isTrue();
    inflights.settleThrough(11);
    assertThat(inflights.bytes()).isZero();
  }

  @Test // an accounting leak stops replication for good
  void nothingLeaksOverManyRounds() {
    Inflights inflights = new Inflights(4, 1_000);
    for (long index = 1; index < 10_000; index++) {
      inflights.add(index, 200);
      if (inflights.full()) {
        inflights.settleThrough(index - 1);
      }
    }
    inflights.settleThrough(10_000);
    assertThat(inflights.count()).isZero();
    assertThat(inflights.bytes()).isZero();
  }
}
