package io.flotilla.shardkv;

import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.node.DataNode;
import java.util.Optional;

/** The role of a node that holds data: everything in {@code shardkv}, put together. */
public final class DataRole implements NodeRole {
  private final MoveSizes sizes;
  private Optional<DataNode> node = Optional.empty();

  /** A role whose moves are of the usual size. */
  public DataRole() {
    this(MoveSizes.DEFAULT);
  }

  /** A role whose moves are of other sizes; the same for every node of a cluster. */
  public DataRole(MoveSizes sizes) {
    this.sizes = sizes;
  }

  @Override
  public void start(NodeAccess access) {
    node = Optional.of(DataNode.start(access, sizes));
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
