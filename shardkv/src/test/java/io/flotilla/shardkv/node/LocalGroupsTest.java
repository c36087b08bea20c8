package io.flotilla.shardkv.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.sim.IoKind;
import io.flotilla.sim.Simulation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Replicas follow the map through crashes, failures and changes of mind. */
class LocalGroupsTest {
  private static final GroupId FIRST = new GroupId(1, 1);
  private static final GroupId SECOND_LIFE = new GroupId(1, 2);

  private final Simulation simulation = new Simulation(21);
  private final TreeSet<Integer> opened = new TreeSet<>();
  private Optional<LocalGroups> groups = Optional.empty();
  private final BareNode node = new BareNode(simulation, this::start);
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
    assertThat(opened).containsExactly(1);
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

  private void start(NodeAccess access) {
    opened.clear();
    LocalGroups fresh =
        new LocalGroups(
            access,
            new LocalGroups.Listener() {
              @Override
              public void opened(OpenGroup group) {
                opened.add(group.raft().id().gid());
              }

              @Override
              public void roleChanged(int gid) {}

              @Override
              public void closed(int gid) {
                opened.remove(gid);
              }
            });
    fresh.start();
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
