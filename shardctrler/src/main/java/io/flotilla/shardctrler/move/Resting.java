package io.flotilla.shardctrler.move;

import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Shards whose moves failed: the next try waits, longer each time. */
final class Resting {
  private static final Backoff PAUSE = new Backoff(500_000_000L, 30_000_000_000L);

  private record Rest(int failures, long untilNanos) {}

  private static final Rest NONE = new Rest(-1, 0);

  private final TreeMap<Integer, Rest> rests = new TreeMap<>();

  void failed(int shard, long nowNanos) {
    int failures = rests.getOrDefault(shard, NONE).failures() + 1;
    rests.put(shard, new Rest(failures, nowNanos + PAUSE.after(failures)));
  }

  void succeeded(int shard) {
    rests.remove(shard);
  }

  SortedSet<Integer> now(long nowNanos) {
    TreeSet<Integer> shards = new TreeSet<>();
    rests.forEach(
        (shard, rest) -> {
          if (rest.untilNanos() - nowNanos > 0) {
            shards.add(shard);
          }
        });
    return shards;
  }

  void clear() {
    rests.clear();
  }
}
