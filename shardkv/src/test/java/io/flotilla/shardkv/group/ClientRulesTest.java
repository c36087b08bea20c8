package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.EARLY;
import static io.flotilla.shardkv.group.TestGroup.LATE;
import static io.flotilla.shardkv.group.TestGroup.SHARD;
import static io.flotilla.shardkv.group.TestGroup.answered;
import static io.flotilla.shardkv.group.TestGroup.bytes;
import static io.flotilla.shardkv.group.TestGroup.refused;
import static io.flotilla.shardkv.group.TestGroup.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.shardkv.group.Answer.Kind;
import io.flotilla.shardkv.group.KvResult.Reason;
import org.junit.jupiter.api.Test;

class ClientRulesTest {
  private final TestGroup group = TestGroup.serving(1);

  @Test
  void aRetryGetsTheRecordedAnswerAndHasNoEffect() {
    assertThat(group.append(EARLY, 1, 1, "k", "a")).isEqualTo(written(1));
    assertThat(group.append(LATE, 1, 1, "k", "b")).isEqualTo(written(2));
    assertThat(group.append(EARLY, 1, 1, "k", "a")).isEqualTo(written(1));
    assertThat(group.value("k")).contains("ab");
  }

  @Test
  void anAnswerThatSaysNoIsRecordedToo() {
    assertThat(group.cas(EARLY, 1, "k", "x", "y"))
        .isEqualTo(new KvResult.Answered(new Answer(Kind.NOT_SWAPPED, 0)));
    assertThat(group.delete(EARLY, 2, 1, "k")).isEqualTo(answered(Kind.NOT_FOUND));
    group.put(LATE, 1, 1, "k", "x");
    assertThat(group.cas(EARLY, 1, "k", "x", "y"))
        .isEqualTo(new KvResult.Answered(new Answer(Kind.NOT_SWAPPED, 0)));
    assertThat(group.delete(EARLY, 2, 1, "k")).isEqualTo(answered(Kind.NOT_FOUND));
    assertThat(group.value("k")).contains("x");
  }

  @Test
  void limitsAreDecidedHereAndRecorded() {
    String half = "v".repeat(Limits.VALUE_BYTES_MAX / 2);
    group.put(EARLY, 1, 1, "k", half);
    group.append(EARLY, 2, 1, "k", half);
    assertThat(group.append(EARLY, 3, 1, "k", "x")).isEqualTo(answered(Kind.VALUE_LIMIT));
    group.delete(LATE, 1, 1, "k");
    assertThat(group.append(EARLY, 3, 1, "k", "x")).isEqualTo(answered(Kind.VALUE_LIMIT));
    assertThat(group.put(EARLY, 4, 1, "", "x")).isEqualTo(answered(Kind.KEY_LIMIT));
    assertThat(group.put(EARLY, 5, 1, "k".repeat(Limits.KEY_BYTES_MAX + 1), "x"))
        .isEqualTo(answered(Kind.KEY_LIMIT));
    assertThat(group.put(EARLY, 6, 1, "k".repeat(Limits.KEY_BYTES_MAX), half + half))
        .isEqualTo(written(4));
    assertThat(group.put(EARLY, 7, 1, "k", half + half + "x"))
        .isEqualTo(answered(Kind.VALUE_LIMIT));
  }

  @Test
  void aCallTheClientHasGivenUpIsNeverExecuted() {
    group.put(EARLY, 3, 3, "k", "new");
    assertThat(group.put(EARLY, 2, 1, "k", "old")).isEqualTo(refused(Reason.STALE));
    assertThat(group.put(EARLY, 4, 5, "k", "old")).isEqualTo(refused(Reason.STALE));
    assertThat(group.value("k")).contains("new");
  }

  @Test
  void firstIncompleteNeverGoesBackWithALateAttempt() {
    group.put(EARLY, 5, 5, "k", "5");
    group.put(EARLY, 6, 1, "k", "6");
    assertThat(group.put(EARLY, 4, 1, "k", "4")).isEqualTo(refused(Reason.STALE));
  }

  @Test
  void answersAreKeptUntilTheClientHasThemAll() {
    for (int seq = 1; seq <= 4; seq++) {
      group.append(EARLY, seq, 1, "k", Integer.toString(seq));
    }
    group.append(EARLY, 5, 3, "k", "5");
    assertThat(group.append(EARLY, 3, 3, "k", "3")).isEqualTo(written(3));
    assertThat(group.append(EARLY, 4, 3, "k", "4")).isEqualTo(written(4));
    assertThat(group.append(EARLY, 2, 1, "k", "2")).isEqualTo(refused(Reason.STALE));
    assertThat(group.value("k")).contains("12345");
  }

  @Test
  void operationsOfOneSessionMayArriveInAnyOrder() {
    group.append(EARLY, 3, 1, "k", "3");
    group.append(EARLY, 1, 1, "k", "1");
    group.append(EARLY, 2, 1, "k", "2");
    assertThat(group.append(EARLY, 1, 1, "k", "1")).isEqualTo(written(2));
    assertThat(group.value("k")).contains("312");
  }

  @Test
  void tooManyOutstandingAnswersMeanBusyWithoutATrace() {
    int max = Limits.OUTSTANDING_MAX;
    for (int seq = 1; seq <= max; seq++) {
      group.put(EARLY, seq, 1, "k", "v");
    }
    assertThat(group.put(EARLY, max + 1, 1, "k", "v")).isEqualTo(refused(Reason.BUSY));
    assertThat(group.put(EARLY, max + 1, 2, "k", "v")).isEqualTo(written(max + 1));
  }

  @Test
  void aFullTableTurnsNewSessionsAwayAndServesTheOthers() {
    group.put(EARLY, 1, 1, "k", "v");
    ShardState state = group.state();
    group.states.set(SHARD, state.with(state.tally().withSessions(Limits.SESSION_ROWS_MAX)));
    assertThat(group.put(LATE, 1, 1, "k", "v")).isEqualTo(refused(Reason.BUSY));
    assertThat(group.put(EARLY, 2, 1, "k", "v")).isEqualTo(written(2));
  }

  @Test
  void ownershipIsAskedBeforeTheSession() {
    TestGroup other = new TestGroup(2);
    other.expireBefore(9);
    assertThat(other.put(EARLY, 1, 1, "k", "v")).isInstanceOf(KvResult.WrongOwner.class);
    other.beginImport(2, 2, 1);
    assertThat(other.put(EARLY, 1, 1, "k", "v"))
        .isEqualTo(new KvResult.WrongOwner(new ShardState.Forward(1, 0)));
  }

  @Test
  void anExpiredSessionIsRefusedWithAndWithoutARow() {
    group.put(EARLY, 1, 1, "k", "v");
    group.expireBefore(2);
    assertThat(group.put(EARLY, 1, 1, "k", "v")).isEqualTo(refused(Reason.SESSION_EXPIRED));
    assertThat(group.put(EARLY + 1, 1, 1, "k", "v")).isEqualTo(refused(Reason.SESSION_EXPIRED));
    assertThat(group.put(LATE, 1, 1, "k", "v")).isEqualTo(written(2));
  }

  @Test
  void aCallInTransitIsParkedAndLeavesNoTrace() {
    TestGroup target = new TestGroup(2);
    group.put(EARLY, 1, 1, "k", "v");
    group.sendTo(target, 2, 2);
    ShardState frozen = group.state();
    assertThat(group.put(EARLY, 2, 2, "k", "w")).isEqualTo(new KvResult.Parked());
    assertThat(target.put(EARLY, 2, 2, "k", "w")).isEqualTo(new KvResult.Parked());
    assertThat(group.state()).isEqualTo(frozen);
    assertThat(group.value("k")).contains("v");
  }

  @Test
  void withoutASessionNothingIsRemembered() {
    group.append(0, 0, 0, "k", "a");
    group.append(0, 0, 0, "k", "a");
    assertThat(group.value("k")).contains("aa");
    assertThat(group.state().tally().sessions()).isZero();
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    assertThat(group.put(EARLY, 0, 0, "k", "v")).isEqualTo(refused(Reason.MALFORMED));
    assertThat(group.put(EARLY, -1, 0, "k", "v")).isEqualTo(refused(Reason.MALFORMED));
    assertThat(group.put(EARLY, 1, -1, "k", "v")).isEqualTo(refused(Reason.MALFORMED));
    assertThat(group.put(EARLY, Long.MAX_VALUE, Long.MAX_VALUE, "k", "v")).isEqualTo(written(1));
  }

  @Test
  void versionsCountTheChangesOfTheShard() {
    group.put(EARLY, 1, 1, "a", "v");
    group.put(EARLY, 2, 1, "b", "v");
    group.delete(EARLY, 3, 1, "a");
    assertThat(group.put(EARLY, 4, 1, "a", "v")).isEqualTo(written(4));
    Change stale = new Change.PutIfVersion(1, bytes("w"));
    assertThat(group.apply(EARLY, 5, 1, "a", stale))
        .isEqualTo(new KvResult.Answered(new Answer(Kind.NOT_STORED, 4)));
    Change fresh = new Change.PutIfVersion(4, bytes("w"));
    assertThat(group.apply(EARLY, 6, 1, "a", fresh))
        .isEqualTo(new KvResult.Answered(new Answer(Kind.STORED, 5)));
    Change absent = new Change.PutIfVersion(0, bytes("w"));
    assertThat(group.apply(EARLY, 7, 1, "c", absent))
        .isEqualTo(new KvResult.Answered(new Answer(Kind.STORED, 6)));
    assertThat(group.state().tally()).isEqualTo(new ShardState.Tally(6, 0, 3, 6, 1));
  }
}
