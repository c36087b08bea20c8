package io.flotilla.shardctrler.state;

import com.google.errorprone.annotations.FormatMethod;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.shardctrler.state.CtrlCommand.Join;
import io.flotilla.shardctrler.state.CtrlCommand.Leave;
import io.flotilla.shardctrler.state.CtrlCommand.NewGroup;
import io.flotilla.shardctrler.state.CtrlResult.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Rules about nodes and groups. A refused command changes nothing: checks come before effects. */
final class GroupRules {
  static final int NODES_MAX = 1_024;
  static final int GROUPS_MAX = 4_096;
  static final int VOTERS_MAX = 15;
  private static final int ADDRESS_CHARS_MAX = 261; // a DNS name of 255, a colon, a port

  private final ControllerState state;
  private final ShardRules shards;

  GroupRules(ControllerState state, ShardRules shards) {
    this.state = state;
    this.shards = shards;
  }

  CtrlResult register(NodeAddress node) {
    Optional<String> fault = registerFault(node);
    if (fault.isPresent()) {
      return new Refused(fault.get());
    }
    state.nodes.put(node.node(), node);
    List<GroupMembers> groups = new ArrayList<>(state.draft().groups().values());
    for (GroupMembers group : groups) {
      // Another store under the same id is another replica: only the same store moves house.
      List<NodeAddress> members =
          group.nodes().stream().map(member -> isSameStore(member, node) ? node : member).toList();
      state.draft().put(new GroupMembers(group.gid(), group.incarnation(), members));
    }
    return shards.changed();
  }

  CtrlResult join(Join join) {
    Optional<String> fault = joinFault(join);
    if (fault.isPresent()) {
      return new Refused(fault.get());
    }
    List<String> warnings = new ArrayList<>();
    for (NewGroup group : join.groups()) {
      if (isMember(group)) {
        continue;
      }
      long incarnation = state.incarnations.merge(group.gid(), 1L, Long::sum);
      state.draft().put(new GroupMembers(group.gid(), incarnation, addresses(group)));
      if (group.nodes().size() % 2 == 0) {
        warnings.add(
            String.format(
                "group %d has %d voters: it survives no more failures than with one less",
                group.gid(), group.nodes().size()));
      }
    }
    if (!join.hold()) {
      shards.spread();
    }
    return shards.changed(warnings);
  }

  CtrlResult leave(Leave leave) {
    Optional<String> fault = leaveFault(leave);
    if (fault.isPresent()) {
      return new Refused(fault.get());
    }
    if (isGone(leave)) {
      return shards.changed();
    }
    leave.gids().stream().filter(state.draft().groups()::containsKey).forEach(state.leaving::add);
    if (state.staying().isEmpty()) {
      abandonAll();
      return shards.changed();
    }
    for (Move move : List.copyOf(state.moves())) {
      if (move.phase() == Move.Phase.COPY && state.leaving.contains(move.to())) {
        shards.abort(move, "group " + move.to() + " leaves");
      }
    }
    for (int shard = 0; shard < state.draft().shardCount(); shard++) {
      ShardEntry entry = state.entry(shard);
      if (state.leaving.contains(entry.target())) {
        state.draft().setTarget(shard, entry.owner());
      }
    }
    if (!leave.hold()) {
      shards.spread();
    }
    removeEmptied();
    return shards.changed();
  }

  /** Removes groups that leave and have nothing left; called after whatever may have done it. */
  void removeEmptied() {
    for (int gid : List.copyOf(state.leaving)) {
      boolean isNeeded =
          state.moves().stream().anyMatch(move -> move.involves(gid)) || ownsShards(gid);
      if (!isNeeded) {
        state.draft().remove(gid);
        state.leaving.remove(gid);
      }
    }
  }

  /** The last groups go by force: nobody is left to move anything to, or to acknowledge. */
  private void abandonAll() {
    for (Move move : List.copyOf(state.moves())) {
      Move over = move.phase() == Move.Phase.COPY ? shards.abort(move, "all groups leave") : move;
      state.move(over.id()).ifPresent(live -> state.advance(live.bothAcked()));
    }
    for (int shard = 0; shard < state.draft().shardCount(); shard++) {
      ShardEntry entry = state.entry(shard);
      state.draft().setTarget(shard, 0);
      if (entry.owner() != 0) {
        state.draft().setOwner(shard, 0, entry.epoch() + 1);
      }
    }
    removeEmptied();
  }

  private boolean ownsShards(int gid) {
    for (int shard = 0; shard < state.draft().shardCount(); shard++) {
      if (state.entry(shard).owner() == gid) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> registerFault(NodeAddress node) {
    if (node.node() < 1 || node.store() == 0) {
      return fault("node %d with store %d: ids start at 1", node.node(), node.store());
    }
    if (isBadAddress(node.client()) || isBadAddress(node.peer())) {
      return fault("node %d needs a client and a peer address", node.node());
    }
    for (NodeAddress known : state.nodes.values()) {
      if (known.node() != node.node() && known.store() == node.store()) {
        return fault("the data directory of node %d belongs to node %d", node.node(), known.node());
      }
    }
    if (!state.nodes.containsKey(node.node()) && state.nodes.size() >= NODES_MAX) {
      return fault("there are %d nodes already", NODES_MAX);
    }
    return Optional.empty();
  }

  private Optional<String> joinFault(Join join) {
    if (join.groups().isEmpty()) {
      return fault("join names no group");
    }
    TreeSet<Integer> gids = new TreeSet<>();
    for (NewGroup group : join.groups()) {
      if (!gids.add(group.gid())) {
        return fault("group %d is named twice", group.gid());
      }
      Optional<String> fault = newGroupFault(group);
      if (fault.isPresent()) {
        return fault;
      }
    }
    gids.addAll(state.draft().groups().keySet());
    return gids.size() > GROUPS_MAX
        ? fault("there can be at most %d groups", GROUPS_MAX)
        : Optional.empty();
  }

  private Optional<String> newGroupFault(NewGroup group) {
    int gid = group.gid();
    if (gid < 1) {
      return fault("group %d: group ids start at 1", gid);
    }
    if (group.nodes().isEmpty() || group.nodes().size() > VOTERS_MAX) {
      return fault("group %d has %d nodes; 1 to %d can be", gid, group.nodes().size(), VOTERS_MAX);
    }
    if (new TreeSet<>(group.nodes()).size() < group.nodes().size()) {
      return fault("group %d names a node twice", gid);
    }
    for (int node : group.nodes()) {
      if (!state.nodes.containsKey(node)) {
        return fault("group %d: node %d has never registered", gid, node);
      }
    }
    if (state.leaving.contains(gid)) {
      return fault("group %d is leaving; it can join again once its shards have moved", gid);
    }
    return state.draft().groups().containsKey(gid) && !isMember(group)
        ? fault("group %d exists with other nodes", gid)
        : Optional.empty();
  }

  private Optional<String> leaveFault(Leave leave) {
    if (leave.gids().isEmpty()) {
      return fault("leave names no group");
    }
    SortedSet<Integer> left = state.staying();
    TreeSet<Integer> named = new TreeSet<>();
    for (int gid : leave.gids()) {
      if (!state.incarnations.containsKey(gid)) {
        return fault("there is no group %d", gid);
      }
      if (!named.add(gid)) {
        return fault("group %d is named twice", gid);
      }
    }
    left.removeAll(leave.gids());
    return left.isEmpty() && !leave.force() && !isGone(leave)
        ? fault("no group would be left to take the shards; force gives up their data")
        : Optional.empty();
  }

  /** Whether all that should leave has left already, so that asking for it again means nothing. */
  private boolean isGone(Leave leave) {
    return leave.gids().stream().noneMatch(state.draft().groups()::containsKey);
  }

  /** Whether the group exists with these nodes, so that joining it again means nothing. */
  private boolean isMember(NewGroup group) {
    GroupMembers known = state.draft().groups().get(group.gid());
    return known != null
        && new TreeSet<>(group.nodes())
            .equals(new TreeSet<>(known.nodes().stream().map(NodeAddress::node).toList()));
  }

  private List<NodeAddress> addresses(NewGroup group) {
    return group.nodes().stream()
        .map(node -> Objects.requireNonNull(state.nodes.get(node)))
        .toList();
  }

  private static boolean isSameStore(NodeAddress one, NodeAddress other) {
    return one.node() == other.node() && one.store() == other.store();
  }

  private static boolean isBadAddress(String address) {
    return address.isEmpty() || address.length() > ADDRESS_CHARS_MAX;
  }

  @FormatMethod
  private static Optional<String> fault(String format, Object... arguments) {
    return Optional.of(String.format(format, arguments));
  }
}
