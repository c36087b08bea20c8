package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.EARLY;
import static io.flotilla.shardkv.group.TestGroup.LATE;
import static io.flotilla.shardkv.group.TestGroup.SHARD;
import static io.flotilla.shardkv.group.TestGroup.answered;
import static io.flotilla.shardkv.group.TestGroup.refused;
import static io.flotilla.shardkv.group.TestGroup.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.Answer.Kind;
import io.flotilla.shardkv.group.KvResult.Reason;
import io.flotilla.shardkv.group.ShardStatus.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Orders of events that lose or double an operation under rules that look sound. Each test is one
 * trace that a careless wording of the protocol allows, numbered as they were found.
 */
class MoveTracesTest {
  private final TestGroup source = TestGroup.serving(1);
  private final TestGroup target = new TestGroup(2);

  /** V1: FREEZE before everything was copied, the key overwritten after it was first read. */
  @Test
  void v1AnOverwriteBeforeTheFreezeIsInTheLastRows() {
    source.put(EARLY, 1, 1, "k", "old");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    source.put(EARLY, 2, 1, "k", "new");
    source.freeze(2, 2);
    source.pieces(1).forEach(target::receive);
    target.activate(2, 2);
    assertThat(target.value("k")).contains("new");
  }

  /** V1: the same when the source could not remember the overwrite. */
  @Test
  void v1AShardThatForgotAChangeIsNotFrozen() {
    TestGroup forgetful = TestGroup.serving(1, new MoveSizes(1 << 10, 60));
    forgetful.put(EARLY, 1, 1, "a", "old");
    forgetful.put(EARLY, 2, 1, "b", "old");
    target.beginImport(2, 2, 1);
    forgetful.beginExport(2, 2, target);
    forgetful.copyTo(target);
    forgetful.put(EARLY, 3, 1, "a", "new");
    forgetful.put(EARLY, 4, 1, "b", "new");
    assertThat(forgetful.state().transit().isStuck()).isTrue();
    assertThat(forgetful.freeze(2, 2).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(forgetful.pieces(100, target.state().transit().cursor())).isEmpty();
    forgetful.end(2, 3);
    assertThat(forgetful.value("b")).contains("new");
  }

  /** V2: expiry between two pieces that two leaders of the source have cut. */
  @Test
  void v2ExpiryAtAFrozenSourceDoesNotPartThePieces() {
    source.put(EARLY, 1, 1, "k", "v");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    source.freeze(2, 2);
    target.receive(source.pieces(1).get(0));
    source.expireBefore(2);
    target.receive(source.pieces(1).get(1));
    assertThat(target.phase()).isEqualTo(Phase.READY);
    target.activate(2, 2);
    assertThat(target.put(EARLY, 1, 1, "k", "v")).isEqualTo(written(1));
  }

  /** V3a: a recorded "no" raises no counter and must travel all the same. */
  @Test
  void v3AnAnswerThatSaysNoTravels() {
    source.delete(EARLY, 1, 1, "k");
    source.sendTo(target, 2, 2);
    target.activate(2, 2);
    target.put(LATE, 1, 1, "k", "v");
    assertThat(target.delete(EARLY, 1, 1, "k")).isEqualTo(answered(Kind.NOT_FOUND));
    assertThat(target.value("k")).contains("v");
  }

  /** V3: what a session did after the rows were copied is known at the target. */
  @Test
  void v3SessionsOfTheTimeOfTheCopyTravel() {
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    source.append(EARLY, 1, 1, "k", "x");
    source.copyTo(target);
    source.append(EARLY, 2, 1, "k", "y");
    source.freeze(2, 2);
    source.copyTo(target);
    target.activate(2, 2);
    assertThat(target.append(EARLY, 1, 1, "k", "x")).isEqualTo(written(1));
    assertThat(target.append(EARLY, 2, 1, "k", "y")).isEqualTo(written(2));
    assertThat(target.value("k")).contains("xy");
  }

  /** V3b: a session that expires during the copy must not live on at the destination. */
  @Test
  void v3ASessionThatExpiredWhileExportingIsOverAtTheTarget() {
    source.put(EARLY, 1, 1, "k", "v");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    source.expireBefore(2);
    source.freeze(2, 2);
    source.pieces(1).forEach(target::receive);
    target.activate(2, 2);
    assertThat(target.put(EARLY, 2, 1, "k", "w")).isEqualTo(refused(Reason.SESSION_EXPIRED));
    assertThat(target.state().tally().sessions()).isZero();
  }

  /** V4: changes in the wrong order, and a last piece that does not continue them. */
  @Test
  void v4ChangesAreTakenInTheirOrderOnly() {
    source.put(EARLY, 1, 1, "a", "1");
    source.put(EARLY, 2, 1, "b", "1");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    source.copyTo(target);
    source.put(EARLY, 3, 1, "a", "2");
    source.put(EARLY, 4, 1, "b", "2");
    source.freeze(2, 2);
    List<KvCommand.Piece> changes = source.pieces(1, target.state().transit().cursor());
    target.receive(changes.get(1));
    target.receive(changes.get(changes.size() - 1));
    assertThat(target.state().tally().counter()).isZero();
    changes.forEach(target::receive);
    assertThat(target.phase()).isEqualTo(Phase.READY);
    target.activate(2, 2);
    assertThat(target.value("a")).contains("2");
    assertThat(target.value("b")).contains("2");
  }

  /** V4: a piece in between is missing, and no count shows it because it was an overwrite. */
  @Test
  void v4ALastPieceThatDoesNotContinueIsNotTaken() {
    source.put(EARLY, 1, 1, "a", "1");
    source.put(EARLY, 2, 1, "b", "2");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    source.freeze(2, 2);
    List<KvCommand.Piece> pieces = source.pieces(1);
    target.receive(pieces.get(0));
    target.receive(pieces.get(2));
    assertThat(target.phase()).isEqualTo(Phase.STAGING);
    assertThat(target.state().transit().reason()).isEmpty();
    target.receive(pieces.get(1));
    target.receive(pieces.get(2));
    assertThat(target.phase()).isEqualTo(Phase.READY);
  }

  /** V5: the destination dies and comes back empty under its old name. */
  @Test
  void v5AnotherLifeOfTheTargetTakesNothingOfTheOld() {
    source.put(EARLY, 1, 1, "k", "v");
    source.sendTo(target, 2, 2);
    assertThat(target.beginImport(2, 2, 1).stamp().group()).isEqualTo(target.id);
    TestGroup again = new TestGroup(new GroupId(2, 2));
    Stamp old = target.stamp(2, 2);
    again.apply(new KvCommand.BeginImport(List.of(old), 1));
    source.pieces(1).forEach(again::receive);
    again.apply(new KvCommand.Activate(List.of(old)));
    assertThat(again.state()).isEqualTo(ShardState.UNKNOWN);
    assertThat(again.rows()).isEmpty();
  }

  /** V6: the drop of a later move reaches a source that still waits for its release. */
  @Test
  void v6AStrayDropDoesNotShutOutTheRelease() {
    source.put(EARLY, 1, 1, "k", "v");
    source.sendTo(target, 2, 2);
    target.activate(2, 2);
    assertThat(source.drop(3, 4).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.release(2, 2, 2).phase()).isEqualTo(Phase.ABSENT);
  }

  /** V7: a call proposed before FREEZE and applied after it has no effect, and may say so. */
  @Test
  void v7ACallAppliedAfterTheFreezeHasNoEffect() {
    source.sendTo(target, 2, 2);
    assertThat(source.put(EARLY, 1, 1, "k", "v")).isEqualTo(new KvResult.Parked());
    target.activate(2, 2);
    assertThat(target.put(EARLY, 1, 1, "k", "v")).isEqualTo(written(1));
  }

  /** V8: one attempt delivered twice. */
  @Test
  void v8ADoubledRequestTakesEffectOnce() {
    assertThat(source.append(EARLY, 1, 1, "k", "x")).isEqualTo(written(1));
    source.sendTo(target, 2, 2);
    target.activate(2, 2);
    source.release(2, 2, 2);
    assertThat(source.append(EARLY, 1, 1, "k", "x")).isInstanceOf(KvResult.WrongOwner.class);
    assertThat(target.append(EARLY, 1, 1, "k", "x")).isEqualTo(written(1));
    assertThat(target.value("k")).contains("x");
  }

  /** V9: a group that does not own the shard knows the watermark before the owner does. */
  @Test
  void v9OnlyTheOwnerSaysThatASessionIsOver() {
    target.expireBefore(2);
    assertThat(target.put(EARLY, 1, 1, "k", "v")).isInstanceOf(KvResult.WrongOwner.class);
    assertThat(source.put(EARLY, 1, 1, "k", "v")).isEqualTo(written(1));
  }

  /** V10: the words of the controller arrive in the wrong order. */
  @Test
  void v10ALateExpiryDoesNotLowerTheWatermark() {
    source.expireBefore(2);
    assertThat(source.put(EARLY, 1, 1, "k", "v")).isEqualTo(refused(Reason.SESSION_EXPIRED));
    source.expireBefore(1);
    assertThat(source.put(EARLY, 1, 1, "k", "v")).isEqualTo(refused(Reason.SESSION_EXPIRED));
  }

  /** V11: after an abort the hint of the destination is the source under its new epoch. */
  @Test
  void v11AfterAnAbortTheTargetPointsAtTheSource() {
    source.sendTo(target, 2, 2);
    source.end(2, 3);
    target.drop(2, 3);
    assertThat(target.put(EARLY, 1, 1, "k", "v"))
        .isEqualTo(new KvResult.WrongOwner(new ShardState.Forward(1, 3)));
    assertThat(source.put(EARLY, 1, 1, "k", "v")).isEqualTo(written(1));
  }

  /** V12: rows stay under the epoch they arrived with, whatever epoch serves them. */
  @Test
  void v12AbortsRaiseTheOwnersEpochAndLeaveItsRowsWhereTheyAre() {
    source.put(EARLY, 1, 1, "k", "v");
    for (long move = 2; move < 6; move++) {
      source.sendTo(target, move, 2 * move);
      source.end(move, 2 * move + 1);
      target.drop(move, 2 * move + 1);
    }
    assertThat(source.state().epoch()).isEqualTo(11);
    assertThat(source.state().rowEpoch()).isEqualTo(1);
    assertThat(source.value("k")).contains("v");
    source.sendTo(target, 9, 20);
    target.activate(9, 20);
    source.release(9, 20, 2);
    assertThat(source.rows()).isEmpty();
    assertThat(target.state().namespace(SHARD).epoch()).isEqualTo(20);
    assertThat(target.value("k")).contains("v");
  }

  /** V13: deleted keys count nowhere. */
  @Test
  void v13AMoveWithDeletesComesThrough() {
    for (int i = 1; i <= 10; i++) {
      source.put(EARLY, i, 1, "k" + i, "v");
    }
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    for (int i = 1; i <= 9; i++) {
      source.delete(EARLY, 10 + i, 1, "k" + i);
    }
    source.freeze(2, 2);
    source.pieces(1).forEach(target::receive);
    assertThat(target.phase()).isEqualTo(Phase.READY);
    assertThat(target.state().tally().rows()).isEqualTo(1);
  }
}
