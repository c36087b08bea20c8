package io.flotilla.bench.judge;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.OperationListener;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Replicas in whatever state a test wants to show a judge. */
final class Stage {
  static final GroupId GROUP = new GroupId(1, 1);
  static final GroupId OTHER = new GroupId(2, 1);

  private Stage() {}

  /** A replica that says what it is told to say. */
  static final class Actor implements Insight {
    private final List<OperationListener> listeners = new ArrayList<>();
    private final List<Entry> log = new ArrayList<>();
    private long chain;
    private long expireBefore;
    private List<ShardState> shards = List.of();
    private LogPosition snapshot = LogPosition.ZERO;
    final Sight sight;

    Actor(int node, GroupId group) {
      this.sight =
          new Sight(
              new Home(node, 1), 1, group, this, status(GroupStatus.Role.FOLLOWER, 1, 0, 0, 0));
    }

    Actor chained(long newChain) {
      chain = newChain;
      return this;
    }

    Actor standing(ShardState... newShards) {
      shards = List.of(newShards);
      return this;
    }

    Actor expiring(long before) {
      expireBefore = before;
      return this;
    }

    Actor checkpointed(long term, long index) {
      snapshot = new LogPosition(term, index);
      return this;
    }

    /** Its log now holds entries of these terms, from index 1. */
    Actor logged(long... terms) {
      log.clear();
      for (long term : terms) {
        log.add(entry(term, log.size() + 1, "" + term));
      }
      return this;
    }

    Actor replaced(int index, String data) {
      log.set(index - 1, entry(log.get(index - 1).term(), index, data));
      return this;
    }

    /** Shows {@code judge} this replica in {@code role}, {@code term}, commit and applied. */
    Actor becomes(Judge judge, GroupStatus.Role role, long term, long commit, long applied) {
      GroupStatus before = sight.see(status(role, term, commit, applied, log.size()));
      judge.changed(sight, before);
      return this;
    }

    Actor opens(Judge judge, long term, long commit, long applied) {
      sight.see(status(GroupStatus.Role.FOLLOWER, term, commit, applied, log.size()));
      judge.opened(sight);
      return this;
    }

    /** It has applied {@code operation} and answered so. */
    void answers(KvCommand.Mutate operation, KvResult result) {
      listeners.forEach(listener -> listener.applied(operation, result));
    }

    private GroupStatus status(
        GroupStatus.Role role, long term, long commit, long applied, int last) {
      return new GroupStatus(
          role, term, 0, commit, position(applied), position(last), Membership.NONE);
    }

    private LogPosition position(long index) {
      boolean isLogged = index >= 1 && index <= log.size();
      return new LogPosition(
          isLogged ? log.get((int) index - 1).term() : index == 0 ? 0 : 1, index);
    }

    @Override
    public long chain() {
      return chain;
    }

    @Override
    public List<ShardState> shards() {
      return shards;
    }

    @Override
    public long expireBefore() {
      return expireBefore;
    }

    @Override
    public Optional<ControllerState> controller() {
      return Optional.empty();
    }

    @Override
    public LogPosition recovered() {
      return LogPosition.ZERO;
    }

    @Override
    public Optional<GroupProbe> probe() {
      return Optional.of(
          new GroupProbe(
              sight.home.node(),
              sight.status(),
              0,
              sight.status().last(),
              snapshot,
              LogPosition.ZERO,
              log,
              List.of()));
    }

    @Override
    public void listen(OperationListener listener) {
      listeners.add(listener);
    }
  }

  static Entry entry(long term, long index, String data) {
    return new Entry(term, index, Entry.Kind.COMMAND, ByteString.copyFromUtf8(data));
  }

  static ShardState shard(Phase phase, long fence, long epoch, long move, long counter) {
    return new ShardState(
        phase,
        fence,
        epoch,
        epoch,
        ShardState.Transit.begun(move, epoch, 2, 1, 0),
        new ShardState.Tally(counter, 0, counter, counter, 0),
        new ShardState.Forward(0, 0));
  }
}
