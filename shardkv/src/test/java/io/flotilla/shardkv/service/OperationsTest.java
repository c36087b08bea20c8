package io.flotilla.shardkv.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.GetRequest;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.PutRequest;
import io.flotilla.v1.Refusal;
import io.flotilla.v1.ScanRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Admission, parking and answers of client calls while their shard moves. */
class OperationsTest {
  private static final int SHARDS = 2;
  private static final ByteString KEY = ByteString.copyFromUtf8("key");
  private static final long MINUTE = 60_000_000_000L;

  private final Simulation simulation = new Simulation(3);
  private final SimEventLoop loop = simulation.node("node").loop("main");
  private final Operations operations = new Operations(loop);
  private final SoloGroup group = new SoloGroup(1, loop);
  private final ShardMap empty = ShardMap.empty(SHARDS);
  private final int shard = empty.shardOf(KEY);
  private final List<Outcome> outcomes = new ArrayList<>();

  @BeforeEach
  void serveTheShard() {
    operations.opened(group.open());
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(1, shard, 1)), 0));
    group.apply(new KvCommand.Activate(List.of(group.stamp(1, shard, 1))));
  }

  @Test
  void aGroupMayReopenAndMoveBeforeThereIsAMap() {
    freeze();
    settle();
    execute(put("a"));
    assertThat(refusal()).isEqualTo(Refusal.Code.UNAVAILABLE);
  }

  @Test
  void aWriteAndAReadAreAnsweredWhenTheyAreDecided() {
    map(1, 1);
    execute(put("a"));
    execute(get());
    assertThat(outcomes).isEmpty();
    group.commit();
    group.grantReads();
    assertThat(outcomes.get(0).hasPut()).isTrue();
    assertThat(outcomes.get(1).getGet().getValue()).isEqualTo(ByteString.copyFromUtf8("a"));
  }

  @Test
  void callsOfAFrozenShardWaitAndGoOnWhenTheMoveIsAborted() {
    map(1, 1);
    freeze();
    execute(put("a"));
    settle();
    assertThat(outcomes).isEmpty();
    assertThat(group.proposals).isZero();
    group.apply(new KvCommand.End(group.stamp(2, shard, 3)));
    settle();
    group.commit();
    assertThat(outcomes.get(0).hasPut()).isTrue();
  }

  @Test
  void aWriteProposedBeforeTheFreezeAndAppliedAfterItWaitsToo() {
    map(1, 1);
    execute(put("a"));
    freeze();
    group.commit();
    assertThat(outcomes).isEmpty();
    assertThat(operations.parkedCalls()).isEqualTo(1);
  }

  @Test
  void aReadIsJudgedAgainInTheStepInWhichItIsAnswered() {
    map(1, 1);
    execute(get());
    freeze();
    group.grantReads();
    assertThat(outcomes).isEmpty();
    assertThat(operations.parkedCalls()).isEqualTo(1);
    group.apply(new KvCommand.Release(group.stamp(2, shard, 2), 9));
    settle();
    assertThat(outcomes.get(0).getRefusal().getOwner()).isEqualTo(9);
  }

  @Test
  void onlyAMapAtTheMovesEpochProvesThatAFrozenShardIsGone() {
    map(1, 1);
    freeze();
    execute(put("a"));
    map(9, 1);
    map(1, 2);
    settle();
    assertThat(outcomes).isEmpty();
    map(9, 2);
    settle();
    assertThat(refusal()).isEqualTo(Refusal.Code.WRONG_OWNER);
    assertThat(outcomes.get(0).getRefusal().getOwnerEpoch()).isEqualTo(2);
  }

  @Test
  void callsParkedAtADestinationAreSentBackWhenItIsDropped() {
    map(1, 1);
    int arriving = 1 - shard;
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(5, arriving, 4)), 0));
    ByteString key = keyOf(arriving);
    execute(get().setShard(arriving).setGet(GetRequest.newBuilder().setKey(key)));
    assertThat(outcomes).isEmpty();
    group.apply(new KvCommand.Drop(group.stamp(5, arriving, 5)));
    settle();
    assertThat(refusal()).isEqualTo(Refusal.Code.WRONG_OWNER);
  }

  @Test
  void aParkedCallIsDroppedUnproposedWhenItsTimeIsUp() {
    map(1, 1);
    freeze();
    operations.execute(put("a").build(), loop.nanoTime() + MINUTE / 60, outcomes::add);
    simulation.runFor(MINUTE / 30);
    assertThat(refusal()).isEqualTo(Refusal.Code.UNAVAILABLE);
    assertThat(operations.parkedCalls()).isZero();
    group.apply(new KvCommand.End(group.stamp(2, shard, 3)));
    settle();
    assertThat(group.proposals).isZero();
  }

  @Test
  void whoLosesLeadershipKeepsNobodyWaiting() {
    map(1, 1);
    freeze();
    execute(put("a"));
    group.isLeader = false;
    operations.roleChanged(1);
    assertThat(refusal()).isEqualTo(Refusal.Code.NOT_LEADER);
    assertThat(operations.parkedCalls()).isZero();
  }

  @Test
  void parkingIsBoundedInBytes() {
    map(1, 1);
    freeze();
    Operation.Builder large =
        put("a").setPut(PutRequest.newBuilder().setKey(KEY).setValue(value(1 << 20)));
    for (int i = 0; i < 70; i++) {
      execute(large);
    }
    assertThat(operations.parkedCalls()).isBetween(50, 64);
    assertThat(refusal()).isEqualTo(Refusal.Code.BUSY);
  }

  @Test
  void badInputsAreRefusedWithoutAProposal() {
    map(1, 1);
    execute(put("a").setShardCount(4));
    execute(put("a").setShard(-1));
    execute(put("a").setShard(1 - shard));
    execute(put("a").clearPut());
    execute(put("a").setPut(PutRequest.newBuilder().setKey(value(5_000))));
    execute(put("a").setPut(PutRequest.newBuilder().setKey(KEY).setValue(value((1 << 20) + 1))));
    execute(scan(0));
    execute(scan(Integer.MIN_VALUE));
    execute(scan(5).setScan(scan(5).getScan().toBuilder().addAllShards(List.of(0, 1, 0, 1))));
    for (long id : new long[] {0, -1, Long.MIN_VALUE}) {
      execute(op(id, 1, 1));
      execute(op(1, id, 1));
      execute(op(1, 1, id));
    }
    execute(op(1, Long.MAX_VALUE, 1));
    assertThat(outcomes)
        .hasSize(19)
        .allSatisfy(
            outcome ->
                assertThat(outcome.getRefusal().getCode())
                    .isEqualTo(Refusal.Code.INVALID_ARGUMENT));
    assertThat(group.proposals).isZero();
  }

  @Test
  void noRemainingTimeIsTooLongOrTooShortToCountWith() {
    long hour = 3_600_000_000_000L;
    assertThat(Intake.deadline(5, 7)).isEqualTo(12);
    assertThat(Intake.deadline(5, Long.MIN_VALUE)).isEqualTo(5);
    assertThat(Intake.deadline(-5, Long.MIN_VALUE)).isEqualTo(-5);
    assertThat(Intake.deadline(5, Long.MAX_VALUE)).isEqualTo(5 + hour);
  }

  private void freeze() {
    group.apply(new KvCommand.BeginExport(group.stamp(2, shard, 2), 9, 1));
    group.apply(new KvCommand.Freeze(group.stamp(2, shard, 2)));
  }

  private void map(int owner, long epoch) {
    List<ShardEntry> entries = Collections.nCopies(SHARDS, new ShardEntry(owner, owner, epoch));
    TreeMap<Integer, GroupMembers> groups = new TreeMap<>();
    groups.put(1, new GroupMembers(1, 1, List.of()));
    operations.mapChanged(new ShardMap(1, entries, groups));
  }

  private void execute(Operation.Builder operation) {
    operations.execute(operation.build(), loop.nanoTime() + MINUTE, outcomes::add);
  }

  private Refusal.Code refusal() {
    return outcomes.get(0).getRefusal().getCode();
  }

  private void settle() {
    simulation.runFor(1_000_000);
  }

  private Operation.Builder put(String value) {
    return operation()
        .setPut(PutRequest.newBuilder().setKey(KEY).setValue(ByteString.copyFromUtf8(value)));
  }

  private Operation.Builder get() {
    return operation().setGet(GetRequest.newBuilder().setKey(KEY));
  }

  private Operation.Builder scan(int limit) {
    return operation().setScan(ScanRequest.newBuilder().setLimit(limit));
  }

  private Operation.Builder op(long session, long seq, long firstIncomplete) {
    Operation.Builder operation = put("a");
    operation.getOpBuilder().setSession(session).setSeq(seq).setFirstIncomplete(firstIncomplete);
    return operation;
  }

  private Operation.Builder operation() {
    return Operation.newBuilder().setGroup(1).setShard(shard).setShardCount(SHARDS);
  }

  private ByteString keyOf(int wanted) {
    for (int i = 0; ; i++) {
      ByteString key = ByteString.copyFromUtf8("key" + i);
      if (empty.shardOf(key) == wanted) {
        return key;
      }
    }
  }

  private static ByteString value(int bytes) {
    return ByteString.copyFrom(new byte[bytes]);
  }
}
