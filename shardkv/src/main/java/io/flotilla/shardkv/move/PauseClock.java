package io.flotilla.shardkv.move;

import io.flotilla.base.Meter;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.TreeMap;

/**
 * How long shards stood frozen at this node before they were released, as it saw it: a figure for
 * people, nothing is decided by it. Owned by the loop.
 */
final class PauseClock {
  private static final double SECOND_NANOS = 1e9;
  private static final int REMEMBERED_MAX = 1_024;

  private final EventLoop loop;
  private final Meter meter;
  private final TreeMap<Integer, Long> frozenAt = new TreeMap<>();
  private final TreeMap<Long, Long> pauseOfMove = new TreeMap<>();

  PauseClock(EventLoop loop, Meter meter) {
    this.loop = loop;
    this.meter = meter;
  }

  void changed(int gid, int shard, ShardState before, ShardState after) {
    if (after.phase() == Phase.FROZEN && before.phase() != Phase.FROZEN) {
      frozenAt.put(key(gid, shard), loop.nanoTime());
    } else if (before.phase() == Phase.FROZEN && after.phase() != Phase.FROZEN) {
      Long since = frozenAt.remove(key(gid, shard));
      if (since != null) {
        long pause = loop.nanoTime() - since;
        meter.observe("flotilla_move_pause_seconds", pause / SECOND_NANOS);
        pauseOfMove.put(before.transit().move(), pause);
        if (pauseOfMove.size() > REMEMBERED_MAX) {
          pauseOfMove.pollFirstEntry();
        }
      }
    }
  }

  /** Adds the pause of the status' move, if this node has seen it. */
  ShardStatus withPause(ShardStatus status) {
    Long pause = pauseOfMove.get(status.getStamp().getMove());
    if (pause == null) {
      return status;
    }
    ShardStatus.Builder changed = status.toBuilder();
    changed.getFiguresBuilder().setPauseNanos(pause);
    return changed.build();
  }

  private static int key(int gid, int shard) {
    return gid * 16_384 + shard;
  }
}
