package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the leader of a group and asks it something: first the member that led when last heard,
 * then whom it names, then the others, each once. Only for what may be heard twice: a member that
 * gave no answer may have acted all the same. Owned by the loop.
 */
public final class GroupCalls {
  private final EventLoop loop;
  private final Rpc rpc;
  private final long timeoutNanos;
  private final Leaders leaders = new Leaders();

  /**
   * @param timeoutNanos how long one member may take to answer
   */
  public GroupCalls(EventLoop loop, Rpc rpc, long timeoutNanos) {
    this.loop = loop;
    this.rpc = rpc;
    this.timeoutNanos = timeoutNanos;
  }

  /** Reads what a member has answered. */
  public interface Reader<T> {
    /** What {@code answer} means. */
    Heard<T> read(ByteString answer) throws InvalidProtocolBufferException;
  }

  /**
   * What a member has said.
   *
   * @param answer of the leader; empty if the member does not lead
   * @param leader then the node that does, as far as the member knows; 0 if it does not
   */
  public record Heard<T>(Optional<T> answer, int leader) {
    /** The leader has answered. */
    public static <T> Heard<T> answer(T answer) {
      return new Heard<>(Optional.of(answer), 0);
    }

    /** {@code leader} is to be asked instead; 0 if nobody is known. */
    public static <T> Heard<T> notLeader(int leader) {
      return new Heard<>(Optional.empty(), leader);
    }
  }

  /** {@code then} hears on the loop what the leader says; empty if no member answered as such. */
  public <T> void ask(
      GroupMembers group,
      String method,
      ByteString request,
      Reader<T> reader,
      Consumer<Optional<T>> then) {
    new Attempt<>(group, method, request, reader, then).next();
  }

  /** One question on its way through the members. */
  private final class Attempt<T> implements RpcReply {
    private final GroupMembers group;
    private final String method;
    private final ByteString request;
    private final Reader<T> reader;
    private final Consumer<Optional<T>> then;
    private final ArrayDeque<NodeAddress> untried;
    private int asked;

    Attempt(
        GroupMembers group,
        String method,
        ByteString request,
        Reader<T> reader,
        Consumer<Optional<T>> then) {
      this.group = group;
      this.method = method;
      this.request = request;
      this.reader = reader;
      this.then = then;
      this.untried = new ArrayDeque<>(group.nodes());
      prefer(leaders.guess(group).node());
    }

    void next() {
      NodeAddress member = untried.poll();
      if (member == null) {
        leaders.failed(group);
        then.accept(Optional.empty());
        return;
      }
      asked = member.node();
      rpc.ask(member.client(), method, request, timeoutNanos, this);
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
        Heard<T> heard = reader.read(bytes);
        if (heard.answer().isPresent()) {
          leaders.led(group, asked);
          then.accept(heard.answer());
          return;
        }
        prefer(heard.leader());
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
