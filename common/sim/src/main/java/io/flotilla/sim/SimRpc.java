package io.flotilla.sim;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcStream;

/** The asking side of one life of a node. */
final class SimRpc implements Rpc {
  private final SimNetwork network;
  private final SimNode node;
  private final Life life;

  SimRpc(SimNetwork network, SimNode node) {
    this.network = network;
    this.node = node;
    this.life = node.life();
  }

  @Override
  public void ask(
      String address, String method, ByteString request, long timeoutNanos, RpcReply reply) {
    if (life.isAlive()) {
      new SimQuestion(network, node, address, method, request, timeoutNanos, reply).send();
    }
  }

  @Override
  public RpcStream open(String address, String method, RpcStream.Listener listener) {
    SimStream stream = new SimStream(network, node, listener, address);
    if (life.isAlive()) {
      stream.open(method);
    }
    return stream.client();
  }
}
