package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.EARLY;
import static io.flotilla.shardkv.group.TestGroup.LATE;
import static io.flotilla.shardkv.group.TestGroup.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.shardkv.group.KvResult.Reason;
import org.junit.jupiter.api.Test;

class ExpiryRulesTest {
  private final TestGroup source = TestGroup.serving(1);
  private final TestGroup target = new TestGroup(2);

  @Test
  void rowsOfSessionsThatAreOverGoAndTheOthersStay() {
    source.put(EARLY, 1, 1, "a", "1");
    source.put(EARLY + 1, 1, 1, "a", "1");
    source.put(LATE, 1, 1, "a", "1");
    source.expireBefore(2);
    assertThat(source.state().tally().sessions()).isEqualTo(1);
    assertThat(source.states.sessionRows()).isEqualTo(1);
    assertThat(source.rows()).hasSize(2);
  }

  @Test
  void theWatermarkNeverGoesBack() {
    source.expireBefore(3);
    source.expireBefore(1);
    assertThat(source.put(LATE, 1, 1, "a", "1")).isEqualTo(refused(Reason.SESSION_EXPIRED));
    assertThat(source.states.expireBefore()).isEqualTo(3);
  }

  @Test
  void aShardInTransitRestsAndCatchesUpWhenItIsActivated() {
    source.put(EARLY, 1, 1, "a", "1");
    target.beginImport(2, 2, 1);
    target.expireBefore(2);
    source.beginExport(2, 2, target);
    source.freeze(2, 2);
    ShardState frozen = source.state();
    source.expireBefore(2);
    assertThat(source.state()).isEqualTo(frozen);
    source.pieces(1).forEach(target::receive);
    target.expireBefore(2);
    assertThat(target.state().tally().sessions()).isEqualTo(1);
    target.activate(2, 2);
    assertThat(target.state().tally().sessions()).isZero();
    assertThat(target.put(EARLY, 1, 1, "a", "1")).isEqualTo(refused(Reason.SESSION_EXPIRED));
  }

  @Test
  void aShardThatServesAgainAfterAnAbortCatchesUp() {
    source.put(EARLY, 1, 1, "a", "1");
    source.beginExport(2, 2, target);
    source.freeze(2, 2);
    source.expireBefore(2);
    source.end(2, 3);
    assertThat(source.put(EARLY, 1, 1, "a", "1")).isEqualTo(refused(Reason.SESSION_EXPIRED));
    assertThat(source.state().tally().sessions()).isZero();
  }

  @Test
  void expiryTakesEffectWhileExporting() {
    source.put(EARLY, 1, 1, "a", "1");
    source.beginExport(2, 2, target);
    source.expireBefore(2);
    assertThat(source.put(EARLY, 1, 1, "a", "1")).isEqualTo(refused(Reason.SESSION_EXPIRED));
  }

  @Test
  void oneCommandSweepsABoundedNumberOfRowsAndTheNextGoesOn() {
    int rows = Limits.SWEEP_ROWS_MAX + 10;
    for (int i = 0; i < rows; i++) {
      source.put(EARLY + i, 1, 1, "a", "1");
    }
    source.expireBefore(2);
    assertThat(source.state().tally().sessions()).isEqualTo(10);
    assertThat(source.put(EARLY + rows - 1, 1, 1, "a", "1"))
        .isEqualTo(refused(Reason.SESSION_EXPIRED));
    source.expireBefore(2);
    assertThat(source.states.sessionRows()).isZero();
  }
}
