package io.flotilla.raft.core;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.VoteReply;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** One core under a test's hand: node 1 of a group, its messages, its clock and its disk. */
final class OneCore {
  private final CoreConfig config;
  private final RaftCore core;
  private long nowNanos = 1_000;

  /** A replica whose log has entries of these terms, all durable. */
  OneCore(int size, long term, long... logTerms) {
    this(CoreCluster.CONFIG, size, new HardState(term, 0, 0), entries(1, logTerms));
  }

  OneCore(CoreConfig config, int size, HardState hardState, List<Entry> tail) {
    this(config, Membership.of(IntStream.rangeClosed(1, size).boxed().toList()), hardState, tail);
  }

  private OneCore(CoreConfig config, Membership membership, HardState hardState, List<Entry> tail) {
    this.config = config;
    SnapshotHeader first = new SnapshotHeader(LogPosition.ZERO, membership);
    this.core =
        new RaftCore(config, 1, new SplittableRandom(7), new CoreStart(hardState, first, tail));
    core.tick(nowNanos);
  }

  /** Created for a later membership. */
  static OneCore withoutMembers() {
    return new OneCore(CoreCluster.CONFIG, Membership.NONE, HardState.NONE, List.of());
  }

  /** Entries of these terms from {@code index} on. */
  static List<Entry> entries(long index, long... terms) {
    List<Entry> entries = new ArrayList<>();
    for (long term : terms) {
      ByteString data = ByteString.copyFromUtf8(term + "/" + index);
      entries.add(new Entry(term, index++, Entry.Kind.COMMAND, data));
    }
    return entries;
  }

  RaftCore core() {
    return core;
  }

  /** Messages of a type in a {@link Ready}, wherever they are. */
  static <M extends Message> List<M> sent(Ready ready, Class<M> type) {
    List<Outbound> all = new ArrayList<>(ready.sendNow());
    all.addAll(ready.sendAfterPersist());
    return all.stream().map(Outbound::message).filter(type::isInstance).map(type::cast).toList();
  }

  static <M extends Message> List<M> sentTo(int to, Ready ready, Class<M> type) {
    return ready.sendNow().stream()
        .filter(out -> out.to() == to && type.isInstance(out.message()))
        .map(out -> type.cast(out.message()))
        .toList();
  }

  /** Time passes; one tick. */
  void pass(long nanos) {
    nowNanos += nanos;
    core.tick(nowNanos);
  }

  /** Long enough for any election timeout to run out. */
  void passElectionTimeout() {
    pass(config.electionMaxNanos() + 1);
  }

  void passHeartbeat() {
    pass(config.heartbeatNanos());
  }

  void step(int from, Message message) {
    core.step(from, message);
  }

  Ready ready() {
    return core.ready();
  }

  /** Drains and makes everything durable at once. */
  Ready readyAndPersist() {
    Ready ready = core.ready();
    core.persisted(core.status().last());
    return ready;
  }

  /** Node 2, and as many others as a majority needs, grant everything. */
  OneCore elect() {
    passElectionTimeout();
    ready();
    int needed = core.status().membership().voters().size() / 2;
    long term = core.status().term() + 1;
    for (int voter = 2; voter <= needed + 1; voter++) {
      step(voter, new PreVoteReply(term - 1, term, true));
    }
    ready();
    for (int voter = 2; voter <= needed + 1; voter++) {
      step(voter, new VoteReply(term, true));
    }
    return this;
  }

  /** Leads, its no-op is durable here and at node 2 (and 3 of 5), and so committed. */
  OneCore electAndCommitNoOp() {
    elect();
    readyAndPersist();
    long last = core.status().last().index();
    for (int voter = 2; voter <= core.status().membership().voters().size() / 2 + 1; voter++) {
      step(voter, AppendReply.accepted(core.status().term(), last));
    }
    ready();
    return this;
  }

  long term() {
    return core.status().term();
  }

  long propose(String command) {
    ProposeOutcome outcome = core.propose(ByteString.copyFromUtf8(command));
    return ((ProposeOutcome.Accepted) outcome).position().index();
  }
}
