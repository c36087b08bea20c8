package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.EARLY;
import static io.flotilla.shardkv.group.TestGroup.SHARD;
import static io.flotilla.shardkv.group.TestGroup.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.ShardStatus.Verdict;
import io.flotilla.shardkv.store.Namespace;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveRulesTest {
  private final TestGroup source = TestGroup.serving(1);
  private final TestGroup target = new TestGroup(2);

  @Test
  void aNewShardIsReadyAtOnceAndServesWhenActivated() {
    TestGroup group = new TestGroup(3);
    ShardStatus ready = group.beginImport(1, 1, 0);
    assertThat(ready.phase()).isEqualTo(Phase.READY);
    assertThat(ready.stamp()).isEqualTo(group.stamp(1, 1));
    assertThat(group.activate(1, 1).phase()).isEqualTo(Phase.SERVING);
    assertThat(group.state().epoch()).isEqualTo(1);
    assertThat(group.heard).containsExactly("ABSENT>READY", "READY>SERVING");
  }

  @Test
  void aMoveCarriesRowsSessionsAndCounters() {
    source.put(EARLY, 1, 1, "a", "1");
    source.put(EARLY, 2, 1, "b", "2");
    source.sendTo(target, 2, 2);
    assertThat(target.phase()).isEqualTo(Phase.READY);
    target.activate(2, 2);
    source.release(2, 2, 2);
    assertThat(source.phase()).isEqualTo(Phase.ABSENT);
    assertThat(source.rows()).isEmpty();
    assertThat(source.put(EARLY, 3, 1, "a", "x"))
        .isEqualTo(new KvResult.WrongOwner(new ShardState.Forward(2, 2)));
    assertThat(target.value("a")).contains("1");
    assertThat(target.put(EARLY, 2, 1, "b", "2")).isEqualTo(written(2));
    assertThat(target.put(EARLY, 3, 1, "b", "3")).isEqualTo(written(3));
  }

  @Test
  void releaseMayComeBeforeActivate() {
    source.put(EARLY, 1, 1, "a", "1");
    source.sendTo(target, 2, 2);
    source.release(2, 2, 2);
    target.activate(2, 2);
    assertThat(target.value("a")).contains("1");
  }

  @Test
  void anAbortedMoveServesAgainUnderANewEpochWithItsRowsInPlace() {
    source.put(EARLY, 1, 1, "a", "1");
    source.sendTo(target, 2, 2);
    assertThat(source.end(2, 3).phase()).isEqualTo(Phase.SERVING);
    assertThat(target.drop(2, 3).phase()).isEqualTo(Phase.ABSENT);
    assertThat(source.state().epoch()).isEqualTo(3);
    assertThat(source.state().namespace(SHARD)).isEqualTo(new Namespace(SHARD, 1));
    assertThat(source.value("a")).contains("1");
    assertThat(target.rows()).isEmpty();
    assertThat(target.state().forward()).isEqualTo(new ShardState.Forward(1, 3));
  }

  @Test
  void everyCommandMayComeTwice() {
    source.put(EARLY, 1, 1, "a", "1");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    assertThat(source.beginExport(2, 2, target).verdict()).isEqualTo(Verdict.ACCEPTED);
    source.freeze(2, 2);
    assertThat(source.freeze(2, 2).verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(source.beginExport(2, 2, target).phase()).isEqualTo(Phase.FROZEN);
    source.pieces(1).forEach(target::receive);
    assertThat(target.beginImport(2, 2, 1).phase()).isEqualTo(Phase.READY);
    target.activate(2, 2);
    assertThat(target.activate(2, 2).verdict()).isEqualTo(Verdict.ACCEPTED);
    source.release(2, 2, 2);
    assertThat(source.release(2, 2, 2).verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(target.value("a")).contains("1");
  }

  @Test
  void aRepeatedBeginImportKeepsWhatHasComeIn() {
    source.put(EARLY, 1, 1, "a", "1");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    source.freeze(2, 2);
    target.receive(source.pieces(1).get(0));
    ShardState before = target.state();
    target.beginImport(2, 2, 1);
    assertThat(target.state()).isEqualTo(before);
    assertThat(before.tally().rows()).isEqualTo(1);
  }

  @Test
  void abortRaisesTheFenceWhereNothingWasBegun() {
    source.end(2, 3);
    target.drop(2, 3);
    assertThat(source.beginExport(2, 2, target).verdict()).isEqualTo(Verdict.SUPERSEDED);
    assertThat(target.beginImport(2, 2, 1).verdict()).isEqualTo(Verdict.SUPERSEDED);
    assertThat(source.phase()).isEqualTo(Phase.SERVING);
    assertThat(source.state().epoch()).isEqualTo(3);
    assertThat(target.phase()).isEqualTo(Phase.ABSENT);
    assertThat(target.state().fence()).isEqualTo(3);
  }

  @Test
  void beginningNeedsAnEpochStrictlyAboveTheFence() {
    assertThat(source.beginExport(9, 1, target).verdict()).isEqualTo(Verdict.REFUSED);
    target.drop(2, 3);
    assertThat(target.beginImport(9, 3, 1).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(target.beginImport(9, 4, 1).verdict()).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void aCommandThatDoesNotFitChangesNothingNotEvenTheFence() {
    source.put(EARLY, 1, 1, "a", "1");
    source.sendTo(target, 2, 2);
    ShardState frozen = source.state();
    ShardState ready = target.state();
    assertThat(source.beginImport(5, 9, 2).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.beginExport(5, 9, target).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.freeze(5, 9).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.activate(5, 9).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.release(5, 9, 2).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.end(5, 9).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.drop(5, 9).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(target.end(5, 9).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(target.drop(5, 9).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(target.activate(5, 9).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.state()).isEqualTo(frozen);
    assertThat(target.state()).isEqualTo(ready);
  }

  @Test
  void freezeNeedsTheExportOfItsOwnMove() {
    assertThat(source.freeze(2, 2).verdict()).isEqualTo(Verdict.REFUSED);
    source.beginExport(2, 2, target);
    assertThat(source.freeze(3, 2).verdict()).isEqualTo(Verdict.REFUSED);
    source.end(2, 3);
    assertThat(source.freeze(2, 2).verdict()).isEqualTo(Verdict.SUPERSEDED);
    assertThat(source.phase()).isEqualTo(Phase.SERVING);
  }

  @Test
  void commandsForAnotherLifeOfTheGroupDoNothing() {
    GroupId before = new GroupId(2, 0);
    KvCommand begin = new KvCommand.BeginExport(new Stamp(2, SHARD, 2, before), 1, 1);
    source.apply(begin);
    assertThat(source.phase()).isEqualTo(Phase.SERVING);
    source.apply(new KvCommand.End(new Stamp(2, SHARD, 3, new GroupId(1, 9))));
    assertThat(source.state().fence()).isEqualTo(1);
  }

  @Test
  void aShardThatComesBackHasNothingInCommonWithWhatItLeft() {
    source.put(EARLY, 1, 1, "old", "1");
    source.sendTo(target, 2, 2);
    target.activate(2, 2);
    target.delete(EARLY, 2, 1, "old");
    target.put(EARLY, 3, 1, "new", "2");
    source.release(2, 2, 2);
    target.sendTo(source, 3, 3);
    source.activate(3, 3);
    target.release(3, 3, 1);
    assertThat(source.value("old")).isEmpty();
    assertThat(source.value("new")).contains("2");
    assertThat(source.release(2, 2, 2).verdict()).isEqualTo(Verdict.SUPERSEDED);
    assertThat(source.value("new")).contains("2");
    assertThat(source.state().tally().counter()).isEqualTo(3);
  }

  @Test
  void otherShardsKeepServing() {
    Stamp other = new Stamp(8, SHARD + 1, 1, source.id);
    source.apply(new KvCommand.BeginImport(List.of(other), 0));
    source.apply(new KvCommand.Activate(List.of(other)));
    source.sendTo(target, 2, 2);
    KvCommand put =
        new KvCommand.Mutate(
            SHARD + 1, OpId.NONE, TestGroup.bytes("k"), new Change.Put(TestGroup.bytes("v")));
    assertThat(source.apply(put)).isEqualTo(written(1));
  }
}
