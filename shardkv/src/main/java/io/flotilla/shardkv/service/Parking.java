package io.flotilla.shardkv.service;

import io.flotilla.base.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/**
 * Calls that wait for the move of their shard to be decided: bounded in number and bytes, each with
 * its remaining time, past which it is dropped unproposed. Owned by the loop.
 */
final class Parking {
  private static final int CALLS_MAX = 65_536;
  private static final long BYTES_MAX = 64L << 20;
  private static final long SWEEP_NANOS = 50_000_000;

  private record Place(int gid, int shard) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byGroup = Integer.compare(gid, other.gid);
      return byGroup != 0 ? byGroup : Integer.compare(shard, other.shard);
    }
  }

  private final EventLoop loop;
  private final TreeMap<Place, ArrayDeque<PendingOperation>> places = new TreeMap<>();
  private int calls;
  private long bytes;
  private boolean isSweeping;

  Parking(EventLoop loop) {
    this.loop = loop;
  }

  /** Parks a call; false if the bound is reached. */
  boolean park(int gid, int shard, PendingOperation operation) {
    if (calls >= CALLS_MAX || bytes + operation.sizeBytes() > BYTES_MAX) {
      return false;
    }
    calls++;
    bytes += operation.sizeBytes();
    places.computeIfAbsent(new Place(gid, shard), ignored -> new ArrayDeque<>()).add(operation);
    sweepLater();
    return true;
  }

  /** Takes out all calls of a shard, in the order they came. */
  List<PendingOperation> take(int gid, int shard) {
    ArrayDeque<PendingOperation> waiting = places.remove(new Place(gid, shard));
    if (waiting == null) {
      return List.of();
    }
    waiting.forEach(this::left);
    return List.copyOf(waiting);
  }

  /** Takes out all calls of a group. */
  List<PendingOperation> takeAll(int gid) {
    List<PendingOperation> all = new ArrayList<>();
    List<Place> ofGroup = places.keySet().stream().filter(place -> place.gid() == gid).toList();
    ofGroup.forEach(place -> all.addAll(take(gid, place.shard())));
    return all;
  }

  int calls() {
    return calls;
  }

  private void left(PendingOperation operation) {
    calls--;
    bytes -= operation.sizeBytes();
  }

  private void sweepLater() {
    if (!isSweeping && calls > 0) {
      isSweeping = true;
      loop.schedule(SWEEP_NANOS, this::sweep);
    }
  }

  private void sweep() {
    isSweeping = false;
    long now = loop.nanoTime();
    List<PendingOperation> late = new ArrayList<>();
    for (ArrayDeque<PendingOperation> waiting : places.values()) {
      for (Iterator<PendingOperation> each = waiting.iterator(); each.hasNext(); ) {
        PendingOperation operation = each.next();
        if (operation.deadlineNanos() <= now) {
          each.remove();
          left(operation);
          late.add(operation);
        }
      }
    }
    places.values().removeIf(ArrayDeque::isEmpty);
    late.forEach(operation -> operation.complete(Refusals.outOfTime()));
    sweepLater();
  }
}
