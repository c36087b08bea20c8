package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.GroupCalls;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.GroupTransferRequest;
import io.flotilla.internal.v1.GroupTransferResponse;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.TransferResult;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.v1.TransferLeaderRequest;
import io.flotilla.v1.TransferLeaderResponse;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes a named node lead a group: the controller's own group from here, any other by asking its
 * leader. Asking twice does no harm. Owned by the loop.
 */
final class LeaderTransfers {
  private static final String METHOD = "flotilla.internal.v1.Group/TransferLeader";

  /** Longer than any election timeout: until then the old leader has given up or is gone. */
  private static final long TIMEOUT_NANOS = 3_000_000_000L;

  private final RaftGroup<?> controller;
  private final Supplier<ControllerState> state;
  private final GroupCalls groups;

  LeaderTransfers(
      EventLoop loop, Rpc rpc, RaftGroup<?> controller, Supplier<ControllerState> state) {
    this.controller = controller;
    this.state = state;
    this.groups = new GroupCalls(loop, rpc, TIMEOUT_NANOS);
  }

  void serve(TransferLeaderRequest request, RpcReply reply) {
    int node = request.getNode();
    if (request.getGid() == controller.id().gid()) {
      controller.transferLeader(node, result -> answer(result, reply));
      return;
    }
    Optional<GroupMembers> group =
        Optional.ofNullable(state.get().map().groups().get(request.getGid()));
    if (group.isEmpty()) {
      reply.fail(
          Failures.invalid("there is no group " + Integer.toUnsignedString(request.getGid())));
    } else if (group.get().nodes().stream().mapToInt(NodeAddress::node).noneMatch(n -> n == node)) {
      reply.fail(Failures.invalid("node " + node + " has no replica of group " + request.getGid()));
    } else {
      ask(group.get(), node, reply);
    }
  }

  private void ask(GroupMembers group, int node, RpcReply reply) {
    groups.ask(
        group,
        METHOD,
        GroupTransferRequest.newBuilder()
            .setGid(group.gid())
            .setIncarnation(group.incarnation())
            .setNode(node)
            .build()
            .toByteString(),
        LeaderTransfers::read,
        said -> {
          if (said.isPresent()) {
            answer(said.get(), reply);
          } else {
            reply.fail(Failures.unavailable("no leader of group " + group.gid() + " answers"));
          }
        });
  }

  private static GroupCalls.Heard<TransferResult> read(ByteString bytes)
      throws InvalidProtocolBufferException {
    GroupTransferResponse response = GroupTransferResponse.parseFrom(bytes);
    return switch (response.getResultCase()) {
      case LEADER -> GroupCalls.Heard.answer(new TransferResult.Done(response.getLeader()));
      case INVALID -> GroupCalls.Heard.answer(new TransferResult.Invalid(response.getInvalid()));
      case BUSY -> GroupCalls.Heard.answer(new TransferResult.Busy(response.getBusy()));
      case TIMED_OUT -> GroupCalls.Heard.answer(new TransferResult.TimedOut());
      case ELSEWHERE -> GroupCalls.Heard.notLeader(response.getElsewhere());
      case UNKNOWN, RESULT_NOT_SET -> GroupCalls.Heard.answer(new TransferResult.Unknown());
    };
  }

  private static void answer(TransferResult result, RpcReply reply) {
    if (result instanceof TransferResult.Done done) {
      reply.answer(
          TransferLeaderResponse.newBuilder().setLeader(done.leader()).build().toByteString());
    } else if (result instanceof TransferResult.Invalid invalid) {
      reply.fail(Failures.invalid(invalid.why()));
    } else if (result instanceof TransferResult.Busy busy) {
      reply.fail(Failures.busy(busy.why()));
    } else if (result instanceof TransferResult.TimedOut) {
      reply.fail(Failures.unavailable("the node did not take over in time; the leader stays"));
    } else if (result instanceof TransferResult.NotLeader) {
      reply.fail(Failures.unavailable("this node does not lead the controller"));
    } else {
      reply.fail(Failures.unknown("leadership was lost, and who has it is not known yet"));
    }
  }
}
