package io.flotilla.shardkv.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.internal.v1.LeaseBlockResponse;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.OpenSessionResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Session ids from leased blocks: unique, in time, and for a while without the controller. */
class SessionIssuerTest {
  private static final long HOUR = 3_600 * BareNode.SECOND;

  private final Simulation simulation = new Simulation(31);
  private final List<OpenSessionResponse> issued = new ArrayList<>();
  private final BareNode node = new BareNode(simulation, this::start);
  private final Rpc client = simulation.network().rpc(simulation.node("client"));
  private long blocks;
  private boolean isControllerGone;

  @Test
  void everySessionIsOfALeasedBlockAndNoTwoAreTheSame() {
    TreeSet<Long> ids = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      open();
    }
    issued.forEach(each -> ids.add(each.getSession()));
    assertThat(ids).hasSize(100);
    assertThat(ids).allMatch(id -> id >>> OpId.OFFSET_BITS == 1);
    assertThat(issued).allMatch(each -> each.getRemainingNanos() <= HOUR);
  }

  @Test
  void aBlockIsReplacedBeforeItRunsOutSoThatTheControllerMayGo() {
    simulation.runFor(HOUR / 4 + 10 * BareNode.SECOND);
    isControllerGone = true;
    simulation.runFor(HOUR / 2 - 60 * BareNode.SECOND);
    open();
    assertThat(issued.get(0).getSession() >>> OpId.OFFSET_BITS).isEqualTo(2);
    assertThat(issued.get(0).getRemainingNanos()).isGreaterThanOrEqualTo(HOUR / 2);
  }

  @Test
  void nothingIsIssuedFromABlockHalfOfWhoseLifeIsOver() {
    simulation.runFor(BareNode.SECOND);
    isControllerGone = true;
    simulation.runFor(HOUR / 2 + BareNode.SECOND);
    ask();
    simulation.runFor(BareNode.SECOND / 2);
    assertThat(issued).isEmpty();
    isControllerGone = false;
    simulation.runFor(BareNode.SECOND);
    assertThat(issued).hasSize(1);
    assertThat(issued.get(0).getSession() >>> OpId.OFFSET_BITS).isEqualTo(2);
  }

  private void start(NodeAccess access) {
    access.seams().server().bind("flotilla.internal.v1.Node/LeaseBlock", (call, r) -> lease(r));
    SessionIssuer issuer =
        new SessionIssuer(
            access, new ControllerCalls(access.seams(), List.of(access.self().client())));
    issuer.bind(access.seams().server());
    issuer.start();
  }

  private void lease(RpcReply reply) {
    if (isControllerGone) {
      reply.fail(new RpcFailure(RpcFailure.Code.UNAVAILABLE, "no quorum"));
    } else {
      reply.answer(
          LeaseBlockResponse.newBuilder()
              .setBlock(++blocks)
              .setLifeNanos(HOUR)
              .build()
              .toByteString());
    }
  }

  private void open() {
    int before = issued.size();
    ask();
    assertThat(simulation.runUntil(() -> issued.size() > before, BareNode.SECOND)).isTrue();
  }

  private void ask() {
    client.ask(
        node.access().self().client(),
        "flotilla.v1.Kv/OpenSession",
        ByteString.EMPTY,
        10 * BareNode.SECOND,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            try {
              issued.add(OpenSessionResponse.parseFrom(response));
            } catch (InvalidProtocolBufferException malformed) {
              throw new AssertionError(malformed);
            }
          }

          @Override
          public void fail(RpcFailure failure) {
            throw new AssertionError(failure);
          }
        });
  }
}
