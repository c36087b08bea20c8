package io.flotilla.sim;

import io.flotilla.base.rpc.RpcHandler;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.rpc.StreamHandler;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The listening side of one address, for one life of a node. */
public final class SimRpcServer implements RpcServer {
  private final SimNode node;
  private final Life life;
  private final String address;
  private final Map<String, RpcHandler> handlers = new TreeMap<>();
  private final Map<String, StreamHandler> streams = new TreeMap<>();
  private boolean closed;

  SimRpcServer(SimNode node, String address) {
    this.node = node;
    this.life = node.life();
    this.address = address;
  }

  @Override
  public void bind(String method, RpcHandler handler) {
    handlers.put(method, handler);
  }

  @Override
  public void bindStream(String method, StreamHandler handler) {
    streams.put(method, handler);
  }

  /** Stops listening: questions are refused, streams already open break. */
  public void close() {
    closed = true;
    for (Life.Connection connection : life.connections()) {
      if (connection instanceof SimStream.End end && end.isAt(address)) {
        end.close();
      }
    }
  }

  boolean isOpen() {
    return !closed && life.isAlive();
  }

  /** Whether nobody is there to refuse either. */
  boolean isSilent() {
    return life.isSilent();
  }

  SimNode node() {
    return node;
  }

  Life life() {
    return life;
  }

  Optional<RpcHandler> handler(String method) {
    return Optional.ofNullable(handlers.get(method));
  }

  Optional<StreamHandler> stream(String method) {
    return Optional.ofNullable(streams.get(method));
  }
}
