package io.flotilla.shardkv.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.sim.IoKind;
import io.flotilla.sim.Simulation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Replicas follow the map through crashes, failures and changes of mind. */
class LocalGroupsTest {
  private static final GroupId FIRST = new GroupId(1, 1);
  private static final GroupId SECOND_LIFE = new GroupId(1, 2);
  private static final GroupId OTHER = new GroupId(2, 1);
  private static final RaftConfig SOON_CHECKPOINTED = soonCheckpointed(RaftConfig.FAST);

  private final Simulation simulation = new Simulation(21);
  private final TreeMap<Integer, OpenGroup> opened = new TreeMap<>();
  private Optional<ShardMap> remembered = Optional.empty();
  private Optional<LocalGroups> groups = Optional.empty();
  private final BareNode node = new BareNode(simulation, SOON_CHECKPOINTED, this::start);
  private long version;

  @Test
  void aGroupIsOpenedAndComesBackAfterAPowerLossWithoutAMap() {
    map(FIRST);
    assertThat(hosted()).containsExactly(FIRST);
    node.powerLossAndRestart();
    settle();
    assertThat(hosted()).containsExactly(FIRST);
  }

  @Test
  void aGroupTakenAwayLeavesNothingBehind() {
    map(FIRST);
    map();
    assertThat(hosted()).isEmpty();
    assertThat(opened).isEmpty();
    assertThat(node.process().disk().files()).noneMatch(file -> file.startsWith("groups/"));
    node.powerLossAndRestart();
    settle();
    assertThat(hosted()).isEmpty();
    assertThat(node.access().host().unopened()).isEmpty();
  }

  @Test
  void theNextLifeOfAGroupReplacesTheOneBefore() {
    map(FIRST);
    map(SECOND_LIFE);
    assertThat(hosted()).containsExactly(SECOND_LIFE);
    assertThat(opened).containsOnlyKeys(1);
  }

  @Test
  void aGroupWantedAgainWhileItsFilesGoIsOpenedAgain() {
    map(FIRST);
    node.access()
        .seams()
        .loop()
        .execute(
            () -> {
              groups.orElseThrow().reconcile(mapOf(List.of()));
              groups.orElseThrow().reconcile(mapOf(List.of(FIRST)));
            });
    settle();
    assertThat(hosted()).containsExactly(FIRST);
  }

  @Test
  void aGroupTakenAwayWhileItIsOpenedDoesNotStay() {
    node.access()
        .seams()
        .loop()
        .execute(
            () -> {
              groups.orElseThrow().reconcile(mapOf(List.of(FIRST)));
              groups.orElseThrow().reconcile(mapOf(List.of()));
            });
    settle();
    assertThat(hosted()).isEmpty();
    assertThat(node.process().disk().files()).noneMatch(file -> file.startsWith("groups/"));
  }

  @Test
  void anOpeningThatFailsIsTriedAgainWithoutANewMap() {
    node.process().disk().fail(IoKind.DIR_SYNC, 1);
    map(FIRST);
    simulation.runFor(3 * BareNode.SECOND);
    assertThat(hosted()).containsExactly(FIRST);
  }

  @Test
  void aRemovalCutShortIsFinishedAtTheNextStart() {
    map(FIRST);
    long mutations = node.process().disk().mutations();
    node.process().disk().crashBefore(mutations + 3, true);
    map();
    node.process().crash(true);
    node.powerLossAndRestart();
    map();
    assertThat(hosted()).isEmpty();
    assertThat(node.access().host().unopened()).isEmpty();
  }

  @Test
  void aRemovalCutShortAnywhereLeavesNothingEvenIfTheNodeRemembersAnOlderMap() {
    boolean isCut = true;
    for (int change = 1; isCut; change++) {
      map(FIRST);
      write();
      remembered = Optional.of(mapOf(List.of(FIRST)));
      long compacted = node.access().host().probe(FIRST).orElseThrow().snapshot().index();
      assertThat(compacted).isPositive();
      node.process().disk().crashBefore(change, true);
      map();
      isCut = !node.process().disk().isCrashPending();
      node.process().disk().crashBefore(Long.MAX_VALUE / 2, true);
      node.powerLossAndRestart();
      settle();
      long term = node.access().host().status(FIRST).map(GroupStatus::term).orElse(1L);
      assertThat(term).as("votes are not forgotten").isPositive();
      map();
      assertThat(hosted()).isEmpty();
      assertThat(node.access().host().unopened()).isEmpty();
      assertThat(node.process().disk().files()).noneMatch(file -> file.startsWith("groups/"));
      remembered = Optional.empty();
    }
  }

  @Test
  void aGroupWhoseMembersCannotBeReadWaitsForTheMapAndHoldsNobodyUp() {
    map(FIRST, OTHER);
    write();
    long term = node.access().host().status(FIRST).orElseThrow().term();
    node.process().disk().flipBit("groups/" + FIRST + "/members", 1);
    node.powerLossAndRestart();
    settle();
    assertThat(hosted()).containsExactly(OTHER);
    map(FIRST, OTHER);
    assertThat(hosted()).containsExactly(FIRST, OTHER);
    assertThat(node.access().host().status(FIRST).orElseThrow().term())
        .as("what it has promised is still known")
        .isGreaterThan(term);
  }

  /** Fills the log of the first group until a checkpoint lets its beginning go. */
  private void write() {
    ByteString command = KvCommandCodec.encode(new KvCommand.ExpireBefore(1));
    for (int round = 0; round < 2; round++) {
      node.onLoop(
          () -> {
            for (int i = 0; i < 50; i++) {
              opened.get(1).raft().propose(command, result -> {});
            }
          });
    }
    settle();
  }

  private static RaftConfig soonCheckpointed(RaftConfig usual) {
    return new RaftConfig(
        usual.heartbeatNanos(),
        usual.electionMinNanos(),
        usual.electionMaxNanos(),
        usual.maxEntriesPerMessage(),
        usual.maxBytesPerMessage(),
        usual.maxInflightMessages(),
        usual.maxInflightBytes(),
        usual.maxUncommittedBytes(),
        usual.tailBytes(),
        1_000,
        usual.maxWaitingReads());
  }

  private void start(NodeAccess access) {
    opened.clear();
    LocalGroups fresh =
        new LocalGroups(
            access,
            MoveSizes.DEFAULT,
            new LocalGroups.Listener() {
              @Override
              public void opened(OpenGroup group) {
                opened.put(group.raft().id().gid(), group);
              }

              @Override
              public void roleChanged(int gid) {}

              @Override
              public void closed(int gid) {
                opened.remove(gid);
              }
            });
    remembered.ifPresent(fresh::reconcile);
    fresh.start(remembered.map(ShardMap::version).orElse(-1L));
    groups = Optional.of(fresh);
  }

  private List<GroupId> hosted() {
    return node.access().host().groups();
  }

  private void map(GroupId... wanted) {
    ShardMap map = mapOf(List.of(wanted));
    node.onLoop(() -> groups.orElseThrow().reconcile(map));
    settle();
  }

  private ShardMap mapOf(List<GroupId> wanted) {
    TreeMap<Integer, GroupMembers> members = new TreeMap<>();
    NodeAddress self = node.access().self();
    wanted.forEach(
        id -> members.put(id.gid(), new GroupMembers(id.gid(), id.incarnation(), List.of(self))));
    ShardMap empty = ShardMap.empty(2);
    return new ShardMap(++version, Collections.unmodifiableList(empty.shards()), members);
  }

  private void settle() {
    simulation.runFor(BareNode.SECOND);
  }
}
