package io.flotilla.raft.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.internal.v1.InitRequest;
import io.flotilla.internal.v1.InitResponse;
import io.flotilla.internal.v1.RegisterRequest;
import io.flotilla.internal.v1.RegisterResponse;
import io.flotilla.internal.v1.Voter;
import java.util.List;

/**
 * How a node without a cluster gets one: a controller node is named by {@code init}, once; a data
 * node asks the controllers it was configured with. It never bootstraps itself. Owned by the loop.
 */
final class Birth {
  private static final String INIT = "flotilla.internal.v1.Node/Init";
  private static final String REGISTER = "flotilla.internal.v1.Node/Register";
  private static final long ASK_NANOS = 1_000_000_000L;

  private final Seams seams;
  private final NodeConfig config;
  private final Identity unborn;
  private final Cradle cradle;
  private int asked;
  private boolean isOver;

  /** Where a new identity is written down. */
  interface Cradle {
    /** Makes {@code identity} durable, calls {@code written} on the loop, and starts the node. */
    void born(Identity identity, Runnable written);
  }

  Birth(Seams seams, NodeConfig config, Identity unborn, Cradle cradle) {
    this.seams = seams;
    this.config = config;
    this.unborn = unborn;
    this.cradle = cradle;
    seams.server().bind(INIT, (call, reply) -> seams.loop().execute(() -> init(call, reply)));
    if (!config.isController()) {
      ask();
    }
  }

  /**
   * Refuses {@code init} on a node that has a cluster, unless it is the same one: whoever lost the
   * first answer may ask again.
   */
  static void refuse(Seams seams, String cluster) {
    seams.server().bind(INIT, (call, reply) -> answerBorn(cluster, call, reply));
  }

  private static void answerBorn(String cluster, Call call, RpcReply reply) {
    try {
      if (InitRequest.parseFrom(call.request()).getCluster().equals(cluster)) {
        reply.answer(InitResponse.getDefaultInstance().toByteString());
      } else {
        reply.fail(refused("this node already belongs to cluster " + cluster));
      }
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(refused("malformed request"));
    }
  }

  private void init(Call call, RpcReply reply) {
    try {
      InitRequest request = InitRequest.parseFrom(call.request());
      String problem = isOver ? "this node is being born already" : problemOf(request);
      if (!problem.isEmpty()) {
        reply.fail(refused(problem));
        return;
      }
      born(
          new Identity(
              unborn.node(),
              unborn.store(),
              request.getCluster(),
              request.getControllersList().stream().map(IdentityFile::address).toList(),
              request.getShards(),
              request.getReplicas()),
          () -> reply.answer(InitResponse.getDefaultInstance().toByteString()));
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(refused("malformed request"));
    }
  }

  private String problemOf(InitRequest request) {
    List<Voter> controllers = request.getControllersList();
    if (request.getCluster().isEmpty() || request.getCluster().length() > 128) {
      return "a cluster id of 1 to 128 characters is needed";
    }
    if (!KeySlot.isValidShardCount(request.getShards())) {
      return "the shard count must be a power of two up to " + KeySlot.SLOTS;
    }
    boolean areDistinct =
        controllers.stream().mapToInt(Voter::getNode).distinct().count() == controllers.size();
    if (!areDistinct || controllers.stream().anyMatch(each -> each.getNode() < 1)) {
      return "the controllers must be different nodes with ids from 1";
    }
    boolean isNamed =
        controllers.stream()
            .anyMatch(each -> each.getNode() == unborn.node() && each.getStore() == unborn.store());
    return isNamed ? "" : "node " + unborn.node() + " is not among the controllers named";
  }

  /** Asks one configured controller after the other whether this node may join its cluster. */
  private void ask() {
    if (isOver || config.controllers().isEmpty()) {
      return;
    }
    String address = config.controllers().get(asked++ % config.controllers().size());
    ByteString request =
        RegisterRequest.newBuilder()
            .setNode(
                Voter.newBuilder()
                    .setNode(unborn.node())
                    .setStore(unborn.store())
                    .setClient(config.clientAddress())
                    .setPeer(config.peerAddress()))
            .build()
            .toByteString();
    seams
        .rpc()
        .ask(
            address,
            REGISTER,
            request,
            ASK_NANOS,
            new RpcReply() {
              @Override
              public void answer(ByteString response) {
                seams.loop().execute(() -> registered(response));
              }

              @Override
              public void fail(RpcFailure failure) {
                seams.loop().schedule(ASK_NANOS / 4, Birth.this::ask);
              }
            });
  }

  private void registered(ByteString response) {
    try {
      String cluster = RegisterResponse.parseFrom(response).getCluster();
      if (cluster.isEmpty()) {
        seams.loop().schedule(ASK_NANOS, this::ask);
      } else if (!isOver) {
        born(new Identity(unborn.node(), unborn.store(), cluster, List.of(), 0, 0), () -> {});
      }
    } catch (InvalidProtocolBufferException malformed) {
      seams.loop().schedule(ASK_NANOS, this::ask);
    }
  }

  private void born(Identity identity, Runnable written) {
    isOver = true;
    cradle.born(identity, written);
  }

  private static RpcFailure refused(String why) {
    return new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, why);
  }
}
