package io.flotilla.shardctrler.move;

import io.flotilla.base.rpc.GroupCalls;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.CtrlCommand;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Lets the log's time go on while this node leads, and tells every group which sessions are over.
 * Owned by the loop.
 *
 * <p>Sessions end a quarter of a block's life after nobody may use them any more: clients stop by
 * their own clocks, and clocks may differ in rate.
 */
public final class SessionExpiry {
  private static final Backoff BACKOFF = new Backoff(1_000_000_000L, 30_000_000_000L);

  private final EventLoop loop;
  private final GroupCalls calls;
  private final Supplier<ControllerState> state;
  private final Decisions decisions;
  private final long lifeNanos;
  private final TreeMap<GroupId, Long> told = new TreeMap<>();
  private final TreeMap<GroupId, Telling> tellings = new TreeMap<>();
  private Optional<Timeout> wake = Optional.empty();
  private boolean isRunning;
  private boolean isAdvancing;
  private long life;
  private long stampNanos;

  /**
   * @param lifeNanos how long the sessions of a block may be used
   */
  public SessionExpiry(
      EventLoop loop,
      Rpc rpc,
      Supplier<ControllerState> state,
      Decisions decisions,
      long lifeNanos) {
    this.loop = loop;
    this.calls = new GroupCalls(loop, rpc, 1_000_000_000L);
    this.state = state;
    this.decisions = decisions;
    this.lifeNanos = lifeNanos;
  }

  /** This node leads. */
  public void start() {
    isRunning = true;
    life++;
    stampNanos = loop.nanoTime();
    wake();
  }

  /** This node leads no longer; what it measured and did not stamp is lost, which is harmless. */
  public void stop() {
    isRunning = false;
    isAdvancing = false;
    life++;
    told.clear();
    tellings.clear();
    wake.ifPresent(Timeout::cancel);
    wake = Optional.empty();
  }

  /**
   * Time since the last stamp of this leader; the caller's entry is the next stamp. None passes
   * before {@link #start}: a new leader serves already, and its last stamp, if it has led before,
   * lies as far back as that leadership.
   */
  public long stamp() {
    if (!isRunning) {
      return 0;
    }
    long now = loop.nanoTime();
    long elapsed = now - stampNanos;
    stampNanos = now;
    return elapsed;
  }

  private void wake() {
    long now = loop.nanoTime();
    long step = lifeNanos / 16;
    if (!isAdvancing && now - stampNanos >= step && state.get().hasLiveBlocks()) {
      isAdvancing = true;
      long advancedIn = life;
      decisions.propose(
          new CtrlCommand.AdvanceTime(stamp(), lifeNanos + lifeNanos / 4),
          isApplied -> {
            if (life == advancedIn) {
              isAdvancing = false;
              tell();
            }
          });
    }
    tell();
    wake.ifPresent(Timeout::cancel);
    wake = Optional.of(loop.schedule(Math.min(step, BACKOFF.maxNanos()), this::wake));
  }

  private void tell() {
    long block = state.get().expireBefore();
    if (!isRunning || block == 0) {
      return;
    }
    long now = loop.nanoTime();
    forgetOthers();
    for (GroupMembers group : state.get().map().groups().values()) {
      GroupId id = new GroupId(group.gid(), group.incarnation());
      Telling telling = tellings.computeIfAbsent(id, unused -> new Telling(now));
      if (told.getOrDefault(id, 0L) < block && telling.isDue(now)) {
        telling.sent();
        long toldIn = life;
        GroupCommands.tell(
            calls,
            group,
            GroupCommands.expireBefore(id, block),
            answer -> {
              if (life == toldIn && answer.isPresent()) {
                told.put(id, block);
                telling.heard(loop.nanoTime());
              } else {
                telling.failed(loop.nanoTime(), BACKOFF);
              }
            });
      }
    }
  }

  /** A group that has gone, or lives again, has heard nothing. */
  private void forgetOthers() {
    TreeSet<GroupId> present = new TreeSet<>();
    for (GroupMembers group : state.get().map().groups().values()) {
      present.add(new GroupId(group.gid(), group.incarnation()));
    }
    told.keySet().retainAll(present);
    tellings.keySet().retainAll(present);
  }
}
