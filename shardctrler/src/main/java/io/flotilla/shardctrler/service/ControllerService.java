package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.ShardMaps;
import io.flotilla.internal.v1.LeaseBlockRequest;
import io.flotilla.internal.v1.LeaseBlockResponse;
import io.flotilla.internal.v1.MoveReport;
import io.flotilla.internal.v1.RegisterRequest;
import io.flotilla.internal.v1.RegisterResponse;
import io.flotilla.internal.v1.ReportResponse;
import io.flotilla.shardctrler.move.MoveDriver;
import io.flotilla.shardctrler.move.SessionExpiry;
import io.flotilla.shardctrler.state.ControllerMachine;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.CtrlCommand;
import io.flotilla.shardctrler.state.CtrlResult;
import io.flotilla.shardctrler.state.Messages;
import io.flotilla.v1.MovesRequest;
import io.flotilla.v1.QueryRequest;
import io.flotilla.v1.QueryResponse;
import io.flotilla.v1.TransferLeaderRequest;
import io.flotilla.v1.WatchRequest;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Serves the controller's calls where it leads. Reads go through a read index, so no answer is
 * older than the question. Owned by the loop.
 */
final class ControllerService implements Backend {
  private final Birthright birthright;
  private final IntFunction<Optional<NodeAddress>> addresses;
  private final ControllerMachine machine;
  private final ControllerLog log;
  private final MoveDriver driver;
  private final SessionExpiry expiry;
  private final Watchers watchers;
  private final Survey survey;
  private final Changes changes;
  private final LeaderTransfers transfers;

  ControllerService(
      EventLoop loop,
      Rpc rpc,
      Birthright birthright,
      IntFunction<Optional<NodeAddress>> addresses,
      ControllerMachine machine,
      ControllerLog log,
      MoveDriver driver,
      SessionExpiry expiry,
      LeaderTransfers transfers) {
    this.birthright = birthright;
    this.addresses = addresses;
    this.machine = machine;
    this.log = log;
    this.driver = driver;
    this.expiry = expiry;
    this.survey = new Survey(loop, rpc);
    this.changes = new Changes(log, machine);
    this.transfers = transfers;
    this.watchers = new Watchers(loop, () -> state().map().version(), () -> answer(state().map()));
  }

  /** Whoever waits for a newer map; the role tells it what happens to the log. */
  Watchers watchers() {
    return watchers;
  }

  @Override
  public boolean leads() {
    return log.leads();
  }

  @Override
  public String leaderAddress() {
    return addresses.apply(log.leader()).map(NodeAddress::client).orElse("");
  }

  @Override
  public void serve(Call call, RpcReply reply) {
    try {
      if (!changes.serve(call, reply)) {
        dispatch(call, reply);
      }
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(Failures.invalid("malformed request"));
    }
  }

  private void dispatch(Call call, RpcReply reply) throws InvalidProtocolBufferException {
    ByteString bytes = call.request();
    switch (call.method()) {
      case Methods.QUERY -> query(QueryRequest.parseFrom(bytes).getVersion(), reply);
      case Methods.WATCH_AFTER -> {
        long after = WatchRequest.parseFrom(bytes).getAfterVersion();
        log.read(reply, () -> watchers.await(after, call.remainingNanos(), reply));
      }
      case Methods.MOVES -> {
        boolean isFinishedToo = MovesRequest.parseFrom(bytes).getFinished();
        log.read(
            reply,
            () ->
                reply.answer(Views.moves(state(), isFinishedToo, driver::progress).toByteString()));
      }
      case Methods.NODES ->
          log.read(
              reply,
              () ->
                  survey.ask(
                      state().nodes().values(),
                      Methods.HELLO,
                      hellos -> reply.answer(Views.nodes(state(), hellos).toByteString())));
      case Methods.STATUS -> log.read(reply, () -> status(reply));
      case Methods.TRANSFER_LEADER -> {
        TransferLeaderRequest transfer = TransferLeaderRequest.parseFrom(bytes);
        log.read(reply, () -> transfers.serve(transfer, reply));
      }
      case Methods.REGISTER -> register(RegisterRequest.parseFrom(bytes), reply);
      case Methods.LEASE_BLOCK -> lease(LeaseBlockRequest.parseFrom(bytes), reply);
      case Methods.REPORT -> {
        driver.onReport(MoveReport.parseFrom(bytes).getStatus());
        reply.answer(ReportResponse.getDefaultInstance().toByteString());
      }
      default -> reply.fail(Failures.invalid("the controller has no " + call.method()));
    }
  }

  private void query(long version, RpcReply reply) {
    if (version < -1) {
      reply.fail(Failures.invalid("there is no version " + version));
      return;
    }
    log.read(
        reply,
        () -> {
          boolean isLatest = version == -1 || version > state().map().version();
          Optional<ShardMap> map = isLatest ? Optional.of(state().map()) : state().map(version);
          if (map.isPresent()) {
            reply.answer(answer(map.get()));
          } else {
            reply.fail(
                Failures.invalid(
                    String.format(
                        "version %d is not kept any more; the oldest is %d",
                        version, state().oldestVersion())));
          }
        });
  }

  private void status(RpcReply reply) {
    survey.ask(
        state().nodes().values(),
        Methods.REPLICAS,
        replicas ->
            reply.answer(
                Views.status(birthright.cluster(), log.leader(), state(), replicas)
                    .toByteString()));
  }

  /** A node without a cluster learns it here; one of another cluster is sent away. */
  private void register(RegisterRequest request, RpcReply reply) {
    if (!request.getCluster().isEmpty() && !request.getCluster().equals(birthright.cluster())) {
      reply.fail(Failures.invalid("this is cluster " + birthright.cluster()));
      return;
    }
    log.change(
        new CtrlCommand.Register(Messages.node(request.getNode())),
        reply,
        result ->
            reply.answer(
                RegisterResponse.newBuilder()
                    .setCluster(birthright.cluster())
                    .build()
                    .toByteString()));
  }

  private void lease(LeaseBlockRequest request, RpcReply reply) {
    log.change(
        new CtrlCommand.LeaseBlock(request.getNode(), request.getStore(), expiry.stamp()),
        reply,
        result ->
            reply.answer(
                LeaseBlockResponse.newBuilder()
                    .setBlock(((CtrlResult.Leased) result).block())
                    .setLifeNanos(birthright.blockLifeNanos())
                    .build()
                    .toByteString()));
  }

  private ControllerState state() {
    return machine.state();
  }

  private ByteString answer(ShardMap map) {
    return QueryResponse.newBuilder()
        .setMap(ShardMaps.encode(map))
        .setCluster(birthright.cluster())
        .build()
        .toByteString();
  }
}
