package io.flotilla.shardkv.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.sim.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node makes itself known, however long that takes. */
final class RegistrationTest {
  private final Simulation simulation = new Simulation(41);
  private RpcFailure answer =
      new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, "this is cluster other");
  private boolean isTaken;
  private int asked;
  private final BareNode node = new BareNode(simulation, this::start);

  private void start(NodeAccess access) {
    access
        .seams()
        .server()
        .bind(
            "flotilla.internal.v1.Node/Register",
            (call, reply) -> {
              asked++;
              if (isTaken) {
                reply.answer(ByteString.EMPTY);
              } else {
                reply.fail(answer);
              }
            });
    String address = access.config().clientAddress();
    new Registration(access, new ControllerCalls(access.seams(), List.of(address))).start();
  }

  @Test
  void whoIsRefusedHearsEachReasonOnceAndGoesOnAsking() {
    simulation.runFor(10 * BareNode.SECOND);
    assertThat(node.refusals).containsExactly("this is cluster other");
    answer = new RpcFailure(RpcFailure.Code.UNAVAILABLE, "no leader");
    simulation.runFor(10 * BareNode.SECOND);
    assertThat(node.refusals).hasSize(1);
    answer = new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, "there are 1024 nodes already");
    simulation.runFor(10 * BareNode.SECOND);
    assertThat(node.refusals).hasSize(2);
    isTaken = true;
    simulation.runFor(BareNode.SECOND);
    int before = asked;
    simulation.runFor(10 * BareNode.SECOND);
    assertThat(asked).isEqualTo(before);
  }
}
