package io.flotilla.shardctrler.service;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.NodeRole;

/**
 * The controller's calls on a node that does not hold it: all are passed on, one hop. Owned by the
 * loop.
 */
public final class ControllerProxyRole implements NodeRole {
  @Override
  public void start(NodeAccess node) {
    EventLoop loop = node.seams().loop();
    new ControllerFront(
            loop,
            Backend.NONE,
            new ControllerForwarder(loop, node.seams().rpc(), node.config()::controllers))
        .bind(node.seams().server());
  }

  @Override
  public void stop() {}
}
