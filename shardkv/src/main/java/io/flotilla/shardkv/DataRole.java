package io.flotilla.shardkv;

import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.shardkv.node.DataNode;
import java.util.Optional;

/** The role of a node that holds data: everything in {@code shardkv}, put together. */
public final class DataRole implements NodeRole {
  private Optional<DataNode> node = Optional.empty();

  @Override
  public void start(NodeAccess access) {
    node = Optional.of(DataNode.start(access));
  }

  @Override
  public void stop() {
    node.ifPresent(DataNode::stop);
  }

  /** What is running, once started; for invariants and status. */
  public Optional<DataNode> node() {
    return node;
  }
}
