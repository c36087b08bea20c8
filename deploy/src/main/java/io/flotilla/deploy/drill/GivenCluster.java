package io.flotilla.deploy.drill;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.bench.drill.DrillSite;
import io.flotilla.v1.JoinGroup;
import java.util.List;

/**
 * Somebody else's cluster: its configuration may be changed, its processes are out of reach.
 *
 * @param endpoints client addresses
 * @param model a group of the cluster; groups that join have the same nodes
 */
record GivenCluster(List<String> endpoints, GroupMembers model) implements DrillSite {
  GivenCluster {
    endpoints = List.copyOf(endpoints);
  }

  @Override
  public List<Integer> nodes() {
    return List.of();
  }

  @Override
  public JoinGroup group(int gid) {
    return JoinGroup.newBuilder()
        .setGid(gid)
        .addAllNodes(model.nodes().stream().map(NodeAddress::node).toList())
        .build();
  }

  @Override
  public void kill(int node) {
    throw outOfReach();
  }

  @Override
  public void stop(int node) {
    throw outOfReach();
  }

  @Override
  public void start(int node) {
    throw outOfReach();
  }

  @Override
  public void freeze(int node) {
    throw outOfReach();
  }

  @Override
  public void thaw(int node) {
    throw outOfReach();
  }

  @Override
  public void cut(int from, int to) {
    throw outOfReach();
  }

  @Override
  public void heal() {
    throw outOfReach();
  }

  private static UnsupportedOperationException outOfReach() {
    return new UnsupportedOperationException("the processes of a given cluster are out of reach");
  }
}
