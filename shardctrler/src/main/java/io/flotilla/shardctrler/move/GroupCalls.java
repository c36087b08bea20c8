package io.flotilla.shardctrler.move;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.GroupCommandResponse;
import io.flotilla.internal.v1.ShardStatus;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Finds a group's leader and tells it something. Commands are idempotent, so one that got no answer
 * is tried at the next member. Owned by the loop.
 */
final class GroupCalls {
  private static final String METHOD = "flotilla.internal.v1.Group/Command";

  private final EventLoop loop;
  private final Rpc rpc;
  private final long timeoutNanos;
  private final TreeMap<Integer, Integer> leaders = new TreeMap<>();

  /**
   * @param timeoutNanos how long one member may take to answer
   */
  GroupCalls(EventLoop loop, Rpc rpc, long timeoutNanos) {
    this.loop = loop;
    this.rpc = rpc;
    this.timeoutNanos = timeoutNanos;
  }

  /**
   * Tells {@code group}; {@code then} hears on the loop what was applied, or empty if no member
   * answered as the leader.
   */
  void tell(
      GroupMembers group, GroupCommandRequest command, Consumer<Optional<List<ShardStatus>>> then) {
    new Attempt(group, command.toByteString(), then).next();
  }

  /** One command on its way through the members. */
  private final class Attempt implements RpcReply {
    private final int gid;
    private final ByteString command;
    private final Consumer<Optional<List<ShardStatus>>> then;
    private final ArrayDeque<NodeAddress> untried;
    private int asked;

    Attempt(GroupMembers group, ByteString command, Consumer<Optional<List<ShardStatus>>> then) {
      this.gid = group.gid();
      this.command = command;
      this.then = then;
      this.untried = new ArrayDeque<>(group.nodes());
      prefer(leaders.getOrDefault(gid, 0));
    }

    void next() {
      NodeAddress member = untried.poll();
      if (member == null) {
        leaders.remove(gid);
        then.accept(Optional.empty());
        return;
      }
      asked = member.node();
      rpc.ask(member.client(), METHOD, command, timeoutNanos, this);
    }

    @Override
    public void answer(ByteString response) {
      loop.execute(() -> answered(response));
    }

    @Override
    public void fail(RpcFailure failure) {
      loop.execute(this::next);
    }

    private void answered(ByteString bytes) {
      try {
        GroupCommandResponse response = GroupCommandResponse.parseFrom(bytes);
        if (response.hasApplied()) {
          leaders.put(gid, asked);
          then.accept(Optional.of(response.getApplied().getShardsList()));
          return;
        }
        prefer(response.getNotLeader().getLeader());
      } catch (InvalidProtocolBufferException malformed) {
        // A member that cannot be understood is like one that does not answer.
      }
      next();
    }

    private void prefer(int node) {
      for (NodeAddress member : List.copyOf(untried)) {
        if (member.node() == node) {
          untried.remove(member);
          untried.addFirst(member);
        }
      }
    }
  }
}
