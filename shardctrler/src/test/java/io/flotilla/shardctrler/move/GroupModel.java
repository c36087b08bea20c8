package io.flotilla.shardctrler.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.MoveStamp;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.internal.v1.ShardStatus.State;
import io.flotilla.raft.GroupId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * One life of a data group, small enough to be read at once: it follows the rules of moves, and
 * instead of rows it counts the writes it has seen.
 */
public final class GroupModel {
  /** How it stands to one shard. */
  public static final class Shard {
    public State state = State.ABSENT;
    public long fence;
    public long epoch;
    public long move;
    public long moveEpoch;
    public long writes;
  }

  private final GroupId id;
  private final TreeMap<Integer, Shard> shards = new TreeMap<>();
  private long expireBefore;

  public GroupModel(GroupId id) {
    this.id = id;
  }

  public GroupId id() {
    return id;
  }

  public Shard shard(int shard) {
    return shards.computeIfAbsent(shard, unused -> new Shard());
  }

  public long expireBefore() {
    return expireBefore;
  }

  /** Whether it may take writes of {@code shard}. */
  public boolean owns(int shard) {
    State state = shard(shard).state;
    return state == State.SERVING || state == State.EXPORTING;
  }

  public List<ShardStatus> apply(GroupCommandRequest request) {
    List<ShardStatus> statuses = new ArrayList<>();
    switch (request.getCommandCase()) {
      case BEGIN_IMPORT -> {
        boolean isNew = request.getBeginImport().getFrom() == 0;
        for (MoveStamp stamp : request.getBeginImport().getStampsList()) {
          statuses.add(apply(stamp, shard -> beginImport(shard, stamp, isNew)));
        }
      }
      case BEGIN_EXPORT -> {
        MoveStamp stamp = request.getBeginExport().getStamp();
        statuses.add(apply(stamp, shard -> beginExport(shard, stamp)));
      }
      case ACTIVATE -> {
        for (MoveStamp stamp : request.getActivate().getStampsList()) {
          statuses.add(apply(stamp, shard -> activate(shard, stamp)));
        }
      }
      case RELEASE -> {
        MoveStamp stamp = request.getRelease().getStamp();
        statuses.add(apply(stamp, shard -> release(shard, stamp)));
      }
      case END -> {
        MoveStamp stamp = request.getEnd().getStamp();
        statuses.add(apply(stamp, shard -> end(shard, stamp)));
      }
      case DROP -> {
        MoveStamp stamp = request.getDrop().getStamp();
        statuses.add(apply(stamp, shard -> drop(shard, stamp)));
      }
      case EXPIRE_BEFORE ->
          expireBefore = Math.max(expireBefore, request.getExpireBefore().getBlock());
      default -> throw new AssertionError(request);
    }
    return statuses;
  }

  /** What it would report of {@code shard} unasked. */
  public ShardStatus status(int shard) {
    Shard known = shard(shard);
    return ShardStatus.newBuilder()
        .setStamp(
            MoveStamp.newBuilder()
                .setMove(known.move)
                .setShard(shard)
                .setEpoch(known.state == State.SERVING ? known.epoch : known.moveEpoch)
                .setGid(id.gid())
                .setIncarnation(id.incarnation()))
        .setState(known.state)
        .setFence(known.fence)
        .build();
  }

  /**
   * The source freezes and gives everything to the target, if both are in the same move.
   *
   * @return whether the target is ready by it
   */
  public static boolean transfer(GroupModel source, GroupModel target, int shard) {
    Shard from = source.shard(shard);
    Shard to = target.shard(shard);
    if (from.state == State.EXPORTING) {
      from.state = State.FROZEN;
    }
    if (from.state == State.FROZEN && to.state == State.STAGING && from.move == to.move) {
      to.state = State.READY;
      to.writes = from.writes;
      return true;
    }
    return false;
  }

  private interface Rule {
    boolean fits(Shard shard);
  }

  private ShardStatus apply(MoveStamp stamp, Rule rule) {
    Shard shard = shard(stamp.getShard());
    long before = shard.fence;
    boolean isMine = stamp.getGid() == id.gid() && stamp.getIncarnation() == id.incarnation();
    boolean isSuperseded = isMine && stamp.getEpoch() < shard.fence;
    boolean isRefused = !isMine || (!isSuperseded && !rule.fits(shard));
    assertThat(shard.fence).isGreaterThanOrEqualTo(before);
    return status(stamp.getShard()).toBuilder()
        .setSuperseded(isSuperseded)
        .setRefused(isRefused)
        .build();
  }

  private static boolean isIn(Shard shard, MoveStamp stamp) {
    return shard.move == stamp.getMove() && shard.moveEpoch == stamp.getEpoch();
  }

  private static boolean beginImport(Shard shard, MoveStamp stamp, boolean isNew) {
    if (isIn(shard, stamp)) {
      return true;
    }
    boolean isFree =
        shard.state == State.ABSENT || shard.state == State.STAGING || shard.state == State.READY;
    if (stamp.getEpoch() <= shard.fence || !isFree) {
      return false;
    }
    shard.state = isNew ? State.READY : State.STAGING;
    shard.fence = stamp.getEpoch();
    shard.move = stamp.getMove();
    shard.moveEpoch = stamp.getEpoch();
    shard.writes = 0;
    return true;
  }

  private static boolean beginExport(Shard shard, MoveStamp stamp) {
    if (isIn(shard, stamp)) {
      return true;
    }
    if (stamp.getEpoch() <= shard.fence || shard.state != State.SERVING) {
      return false;
    }
    shard.state = State.EXPORTING;
    shard.fence = stamp.getEpoch();
    shard.move = stamp.getMove();
    shard.moveEpoch = stamp.getEpoch();
    return true;
  }

  private static boolean activate(Shard shard, MoveStamp stamp) {
    if (!isIn(shard, stamp) || shard.state == State.STAGING) {
      return false;
    }
    if (shard.state == State.READY) {
      serve(shard, stamp.getEpoch());
    }
    return true;
  }

  private static boolean release(Shard shard, MoveStamp stamp) {
    if (!isIn(shard, stamp)) {
      return false;
    }
    if (shard.state == State.EXPORTING || shard.state == State.FROZEN) {
      vanish(shard, stamp.getEpoch());
    }
    return shard.state == State.ABSENT;
  }

  private static boolean end(Shard shard, MoveStamp stamp) {
    boolean isBurnt = shard.move == stamp.getMove() && shard.moveEpoch < stamp.getEpoch();
    boolean isLeaving = shard.state == State.EXPORTING || shard.state == State.FROZEN;
    if ((isLeaving && isBurnt) || shard.state == State.SERVING) {
      serve(shard, stamp.getEpoch());
      return true;
    }
    return fence(shard, stamp);
  }

  private static boolean drop(Shard shard, MoveStamp stamp) {
    boolean isBurnt = shard.move == stamp.getMove() && shard.moveEpoch < stamp.getEpoch();
    if ((shard.state == State.STAGING || shard.state == State.READY) && isBurnt) {
      vanish(shard, stamp.getEpoch());
      return true;
    }
    return fence(shard, stamp);
  }

  private static boolean fence(Shard shard, MoveStamp stamp) {
    if (shard.state == State.ABSENT) {
      shard.fence = stamp.getEpoch();
      return true;
    }
    return false;
  }

  private static void serve(Shard shard, long epoch) {
    shard.state = State.SERVING;
    shard.epoch = epoch;
    shard.fence = epoch;
  }

  private static void vanish(Shard shard, long epoch) {
    shard.state = State.ABSENT;
    shard.fence = epoch;
    shard.writes = 0;
  }
}
