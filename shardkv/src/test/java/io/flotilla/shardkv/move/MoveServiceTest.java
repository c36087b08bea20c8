package io.flotilla.shardkv.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.Meter;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.GroupCommandResponse;
import io.flotilla.internal.v1.MoveReport;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.MoveMessages;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.service.Operations;
import io.flotilla.shardkv.service.SoloGroup;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands of moves on their way into the log of the group they are meant for. */
class MoveServiceTest {
  private static final int SHARD = 3;
  private static final String ADDRESS = "node:1";
  private static final String CONTROLLER = "controller:1";

  private final Simulation simulation = new Simulation(13);
  private final SimNode node = simulation.node("node");
  private final SimEventLoop loop = node.loop("main");
  private final Rpc rpc = simulation.network().rpc(node);
  private final Operations operations = new Operations(loop);
  private final SoloGroup group = new SoloGroup(1, loop);
  private final MoveService moves =
      new MoveService(loop, rpc, operations, Meter.NONE, List.of(CONTROLLER));
  private final List<GroupCommandResponse> answers = new ArrayList<>();
  private final List<RpcFailure> failures = new ArrayList<>();
  private final List<ShardStatus> reports = new ArrayList<>();

  @BeforeEach
  void bind() {
    RpcServer server = simulation.network().server(node, ADDRESS);
    moves.bind(server);
    operations.opened(group.open());
    moves.opened(group.open());
    RpcServer controller = simulation.network().server(simulation.node("controller"), CONTROLLER);
    controller.bind("flotilla.internal.v1.Group/Report", (call, reply) -> report(call.request()));
  }

  @Test
  void aCommandIsAnsweredWhenItIsAppliedAndTheArrivalReported() {
    ask(begin(1).build().toByteString());
    assertThat(answers).isEmpty();
    group.commit();
    settle();
    assertThat(answers.get(0).getApplied().getShards(0).getState())
        .isEqualTo(ShardStatus.State.READY);
    assertThat(reports.get(0).getStamp().getShard()).isEqualTo(SHARD);
  }

  @Test
  void aCommandForAnotherLifeOfTheGroupIsNotProposed() {
    ask(begin(2).build().toByteString());
    assertThat(answers.get(0).getNotLeader().getLeader()).isZero();
    assertThat(group.proposals).isZero();
  }

  @Test
  void aCommandTheLogHasNoRoomForMustBeAskedAgain() {
    group.isBusy = true;
    ask(begin(1).build().toByteString());
    assertThat(failures.get(0).code()).isEqualTo(RpcFailure.Code.UNKNOWN_OUTCOME);
  }

  @Test
  void whatMakesNoSenseIsRefusedUnproposed() {
    ask(ByteString.EMPTY);
    ask(ByteString.copyFromUtf8("\u0007 not a message"));
    GroupCommandRequest.Builder beyond = begin(1);
    beyond.getBeginImportBuilder().getStampsBuilder(0).setShard(Integer.MAX_VALUE);
    ask(beyond.build().toByteString());
    assertThat(failures)
        .hasSize(3)
        .allMatch(failure -> failure.code() == RpcFailure.Code.INVALID_ARGUMENT);
    assertThat(group.proposals).isZero();
  }

  @Test
  void onlyTheLeaderReportsAndALostReportHoldsNothingUp() {
    group.isLeader = false;
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(1, SHARD, 1)), 0));
    settle();
    assertThat(reports).isEmpty();
    group.isLeader = true;
    simulation.network().isolate(node);
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(2, SHARD, 2)), 0));
    settle();
    simulation.network().heal();
    assertThat(group.machine().shard(SHARD).phase()).isEqualTo(Phase.READY);
  }

  @Test
  void theAnswerToAReleaseNamesThePause() {
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(1, SHARD, 1)), 0));
    group.apply(new KvCommand.Activate(List.of(group.stamp(1, SHARD, 1))));
    group.apply(new KvCommand.BeginExport(group.stamp(2, SHARD, 2), 2, 1));
    group.apply(new KvCommand.Freeze(group.stamp(2, SHARD, 2)));
    settle();
    KvCommand release = new KvCommand.Release(group.stamp(2, SHARD, 2), 2);
    ask(
        MoveMessages.toProto(release).toBuilder()
            .setGid(1)
            .setIncarnation(1)
            .build()
            .toByteString());
    group.commit();
    settle();
    assertThat(answers.get(0).getApplied().getShards(0).getFigures().getPauseNanos())
        .isBetween(10_000_000L, 40_000_000L);
  }

  private GroupCommandRequest.Builder begin(long incarnation) {
    return MoveMessages.toProto(new KvCommand.BeginImport(List.of(group.stamp(1, SHARD, 1)), 0))
        .toBuilder()
        .setGid(1)
        .setIncarnation(incarnation);
  }

  private void report(ByteString bytes) {
    try {
      reports.add(MoveReport.parseFrom(bytes).getStatus());
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private void ask(ByteString request) {
    simulation
        .network()
        .rpc(simulation.node("asker"))
        .ask(
            ADDRESS,
            "flotilla.internal.v1.Group/Command",
            request,
            10_000_000_000L,
            new RpcReply() {
              @Override
              public void answer(ByteString response) {
                try {
                  answers.add(GroupCommandResponse.parseFrom(response));
                } catch (InvalidProtocolBufferException malformed) {
                  throw new AssertionError(malformed);
                }
              }

              @Override
              public void fail(RpcFailure failure) {
                failures.add(failure);
              }
            });
    settle();
  }

  private void settle() {
    simulation.runFor(10_000_000);
  }
}
