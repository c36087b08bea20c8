package io.flotilla.shardctrler.move;

import io.flotilla.base.rpc.GroupCalls;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.rebalance.MoveLimits;
import io.flotilla.shardctrler.rebalance.MovePlanner;
import io.flotilla.shardctrler.rebalance.Route;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.CtrlCommand;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.CtrlCommand.Ready;
import io.flotilla.shardctrler.state.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Brings moves to their end while this node leads the controller. It acts on the log's state alone,
 * so a new leader goes on where the old one stopped; everything it sends may be sent again. Owned
 * by the loop.
 */
public final class MoveDriver {
  /** While rows travel the target is asked this often, in case its report is lost. */
  private static final long POLL_NANOS = 150_000_000L;

  /** A move of which nothing new was heard for so long keeps no place from others. */
  private static final long STALL_NANOS = 5_000_000_000L;

  private static final long WAKE_NANOS_MAX = 1_000_000_000L;
  private static final long RETRY_NANOS = 100_000_000L;
  private static final Backoff BACKOFF = new Backoff(20_000_000L, 1_000_000_000L);

  private final EventLoop loop;
  private final GroupCalls calls;
  private final Supplier<ControllerState> state;
  private final Decisions decisions;
  private final MoveLimits limits;
  private final TreeMap<Long, Track> tracks = new TreeMap<>();
  private final Resting resting = new Resting();
  private Optional<Timeout> wake = Optional.empty();
  private boolean isStarting;
  private boolean isRunning;
  private long life;
  private long proposeNanos;

  /**
   * @param state the state as applied here, whichever object that is at the moment
   * @param decisions the controller's log
   */
  public MoveDriver(
      EventLoop loop,
      Rpc rpc,
      Supplier<ControllerState> state,
      Decisions decisions,
      MoveLimits limits) {
    this.loop = loop;
    this.calls = new GroupCalls(loop, rpc, 500_000_000L);
    this.state = state;
    this.decisions = decisions;
    this.limits = limits;
  }

  /** This node leads, and has applied what was committed before. */
  public void start() {
    isRunning = true;
    life++;
    proposeNanos = loop.nanoTime();
    pump();
  }

  /** This node leads no longer. What it has sent may still have an effect; that is harmless. */
  public void stop() {
    isRunning = false;
    life++;
    isStarting = false;
    tracks.clear();
    resting.clear();
    wake.ifPresent(Timeout::cancel);
    wake = Optional.empty();
  }

  /** The log went on. */
  public void onApplied() {
    pump();
  }

  /** A group says how it stands to a shard, unasked. */
  public void onReport(ShardStatus status) {
    Track track = tracks.get(status.getStamp().getMove());
    if (track != null) {
      Reading reading = MoveSteps.readReport(track.move(), status);
      track.hear(reading, Step.BEGIN_IMPORT, status, loop.nanoTime());
      pump();
    }
  }

  /** How far the copy of a move is, as far as this leader has heard. */
  public Optional<MoveProgress> progress(long move) {
    long now = loop.nanoTime();
    return Optional.ofNullable(tracks.get(move))
        .filter(track -> track.move().phase() == Move.Phase.COPY)
        .map(track -> track.progress(now));
  }

  private void pump() {
    if (!isRunning) {
      return;
    }
    long now = loop.nanoTime();
    follow(now);
    tell(now);
    if (now - proposeNanos >= 0) {
      decide(now);
    }
    arm(now);
  }

  /** Brings the tracks up to what the log says. */
  private void follow(long now) {
    for (Track track : List.copyOf(tracks.values())) {
      Move before = track.move();
      if (state.get().move(before.id()).isEmpty()) {
        tracks.remove(before.id());
        if (before.phase() == Move.Phase.COMMITTED) {
          resting.succeeded(before.shard());
        }
      }
    }
    for (Move move : state.get().moves()) {
      Track track = tracks.computeIfAbsent(move.id(), id -> new Track(move, now));
      if (track.move().phase() == Move.Phase.COPY && move.phase() == Move.Phase.ABORTED) {
        resting.failed(move.shard(), now);
      }
      track.follow(move, now);
    }
  }

  private void tell(long now) {
    Map<GroupId, List<Move>> imports = new TreeMap<>();
    Map<GroupId, List<Move>> activations = new TreeMap<>();
    for (Track track : List.copyOf(tracks.values())) {
      for (Step step : track.due()) {
        Telling telling = track.telling(step, now);
        if (!telling.isDue(now)) {
          continue;
        }
        telling.sent();
        if (GroupCommands.isShared(step, track.move())) {
          (step == Step.ACTIVATE ? activations : imports)
              .computeIfAbsent(GroupCommands.group(step, track.move()), id -> new ArrayList<>())
              .add(track.move());
        } else {
          send(step, List.of(track.move()));
        }
      }
    }
    imports.values().forEach(moves -> send(Step.BEGIN_IMPORT, moves));
    activations.values().forEach(moves -> send(Step.ACTIVATE, moves));
  }

  private void send(Step step, List<Move> moves) {
    GroupId group = GroupCommands.group(step, moves.get(0));
    long sentIn = life;
    Consumer<Optional<List<ShardStatus>>> then =
        answer -> {
          if (life == sentIn) {
            heard(step, moves, answer.orElse(List.of()));
          }
        };
    GroupMembers members = state.get().map().groups().get(group.gid());
    if (members == null) {
      loop.execute(() -> then.accept(Optional.empty()));
    } else {
      GroupCommands.tell(calls, members, GroupCommands.of(step, moves), then);
    }
  }

  private void heard(Step step, List<Move> moves, List<ShardStatus> statuses) {
    long now = loop.nanoTime();
    TreeMap<Integer, ShardStatus> byShard = new TreeMap<>();
    statuses.forEach(status -> byShard.put(status.getStamp().getShard(), status));
    for (Move move : moves) {
      Track track = tracks.get(move.id());
      if (track != null && track.move().phase() == move.phase()) {
        Telling telling = track.telling(step, now);
        ShardStatus status = byShard.getOrDefault(move.shard(), ShardStatus.getDefaultInstance());
        Reading reading = MoveSteps.read(track.move(), step, status);
        track.hear(reading, step, status, now);
        if (reading == Reading.NOTHING) {
          telling.failed(now, BACKOFF);
        } else {
          telling.heard(now + POLL_NANOS);
        }
      }
    }
    pump();
  }

  private void decide(long now) {
    List<Track> committing = new ArrayList<>();
    List<Ready> ready = new ArrayList<>();
    List<Track> acknowledging = new ArrayList<>();
    List<Ack> acks = new ArrayList<>();
    for (Track track : List.copyOf(tracks.values())) {
      Move move = track.move();
      if (!track.hopeless().isEmpty()) {
        propose(new CtrlCommand.AbortMove(move.id(), track.hopeless()), List.of(track));
      } else if (track.ready().isPresent()) {
        ready.add(new Ready(move.id(), move.toIncarnation(), track.ready().get()));
        committing.add(track);
      } else if (!track.acks().isEmpty()) {
        acks.addAll(track.acks());
        acknowledging.add(track);
      }
    }
    if (!ready.isEmpty()) {
      propose(new CtrlCommand.CommitMoves(ready), committing);
    }
    if (!acks.isEmpty()) {
      propose(new CtrlCommand.Acknowledge(acks), acknowledging);
    }
    start(now);
  }

  private void start(long now) {
    List<Route> live =
        tracks.values().stream().map(track -> track.route(now, STALL_NANOS)).toList();
    List<Integer> shards =
        MovePlanner.plan(state.get().map(), live, state.get().leaving(), resting.now(now), limits);
    if (!isStarting && !shards.isEmpty()) {
      isStarting = true;
      propose(new CtrlCommand.StartMoves(shards), List.of());
    }
  }

  private void propose(CtrlCommand command, List<Track> about) {
    long proposedIn = life;
    about.forEach(Track::propose);
    boolean isStart = command instanceof CtrlCommand.StartMoves;
    decisions.propose(
        command,
        isApplied -> {
          if (life != proposedIn) {
            return;
          }
          about.forEach(track -> track.proposed(isApplied));
          isStarting &= !isStart;
          if (!isApplied) {
            proposeNanos = loop.nanoTime() + RETRY_NANOS;
          }
          pump();
        });
  }

  private void arm(long now) {
    wake.ifPresent(Timeout::cancel);
    wake = Optional.empty();
    boolean isIdle = tracks.isEmpty() && resting.now(now).isEmpty() && now - proposeNanos >= 0;
    if (isIdle) {
      return;
    }
    long delay = WAKE_NANOS_MAX;
    for (Track track : tracks.values()) {
      for (Step step : track.due()) {
        delay = Math.min(delay, track.telling(step, now).remaining(now));
      }
    }
    if (now - proposeNanos < 0) {
      delay = Math.min(delay, proposeNanos - now);
    }
    wake = Optional.of(loop.schedule(delay, this::pump));
  }
}
