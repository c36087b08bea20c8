package io.flotilla.bench.drill.report;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.sim.history.FaultLine;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients saw of a drill, from its history alone. Pure.
 *
 * @param seconds from the first call to the last answer of the load, the last reading left out
 * @param all the whole
 * @param reads acknowledged reads
 * @param moments the load cut into pieces of equal length
 * @param faults what was done, with what it cost
 * @param shards the longest wait of each shard, the longest first
 */
public record Analysis(
    double seconds,
    Cost all,
    long reads,
    List<Moment> moments,
    List<FaultCost> faults,
    List<ShardWait> shards) {
  private static final int MOMENTS_MAX = 240;
  private static final double NANOS_A_SECOND = 1e9;
  private static final double MOMENT_SECONDS_MIN = 0.25;

  /**
   * A piece of the load.
   *
   * @param atSeconds since its beginning
   * @param cost what was acknowledged in it
   */
  public record Moment(double atSeconds, double seconds, Cost cost) {}

  /**
   * Something that was done to the cluster.
   *
   * @param what in words
   * @param atSeconds when it began
   * @param seconds how long it lasted, 0 if that has no meaning
   * @param cost of all operations that were open between its beginning and the next one's
   */
  public record FaultCost(String what, double atSeconds, double seconds, Cost cost) {}

  /** How long an operation on a shard had to wait at most. */
  public record ShardWait(int shard, double unavailableMillis) {}

  /**
   * Works it out.
   *
   * @param history of one load
   * @param endNanos when the load ended and the last reading began
   * @param shardCount of the cluster
   */
  public static Analysis of(List<HistoryLine> history, long endNanos, int shardCount) {
    List<Operation> operations = new ArrayList<>();
    List<FaultLine> faults = new ArrayList<>();
    for (HistoryLine line : history) {
      if (line instanceof Operation operation && operation.call() < endNanos) {
        operations.add(operation);
      } else if (line instanceof FaultLine fault) {
        faults.add(fault);
      }
    }
    operations.sort(Comparator.comparingLong(Operation::call));
    faults.sort(Comparator.comparingLong(FaultLine::call));
    long start = operations.isEmpty() ? endNanos : operations.get(0).call();
    double seconds = Math.max(MOMENT_SECONDS_MIN, (endNanos - start) / NANOS_A_SECOND);
    long reads =
        operations.stream()
            .filter(each -> each.kind() == OpKind.GET && each.status() == OpStatus.OK)
            .count();
    return new Analysis(
        seconds,
        Cost.of(operations, start, endNanos),
        reads,
        moments(operations, start, seconds),
        faults(operations, faults, start, endNanos),
        shards(operations, shardCount));
  }

  private static List<Moment> moments(List<Operation> operations, long start, double seconds) {
    double width = Math.max(MOMENT_SECONDS_MIN, seconds / MOMENTS_MAX);
    int count = (int) Math.ceil(seconds / width);
    List<List<Operation>> cut = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cut.add(new ArrayList<>());
    }
    for (Operation each : operations) {
      double at = (each.returned().orElse(each.call()) - start) / NANOS_A_SECOND;
      cut.get(Math.min(count - 1, (int) (at / width))).add(each);
    }
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long from = start + (long) (i * width * NANOS_A_SECOND);
      long to = start + (long) ((i + 1) * width * NANOS_A_SECOND);
      moments.add(new Moment(i * width, width, Cost.of(cut.get(i), from, to)));
    }
    return moments;
  }

  private static List<FaultCost> faults(
      List<Operation> operations, List<FaultLine> faults, long start, long end) {
    List<FaultCost> costs = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      FaultLine fault = faults.get(i);
      long from = fault.call();
      long to = i + 1 < faults.size() ? faults.get(i + 1).call() : end;
      List<Operation> open =
          operations.stream()
              .filter(each -> each.call() < to && each.returned().orElse(end) >= from)
              .toList();
      costs.add(
          new FaultCost(
              fault.what(),
              (from - start) / NANOS_A_SECOND,
              (fault.returned().orElse(from) - from) / NANOS_A_SECOND,
              Cost.of(open, from, to)));
    }
    return costs;
  }

  private static List<ShardWait> shards(List<Operation> operations, int shardCount) {
    Map<Integer, Long> longest = new TreeMap<>();
    for (Operation each : operations) {
      if (each.status() == OpStatus.OK) {
        int shard = KeySlot.shard(ByteString.copyFromUtf8(each.key()), shardCount);
        longest.merge(shard, each.returned().orElseThrow() - each.call(), Math::max);
      }
    }
    return longest.entrySet().stream()
        .map(each -> new ShardWait(each.getKey(), each.getValue() / Cost.NANOS_A_MILLI))
        .sorted(Comparator.comparingDouble(ShardWait::unavailableMillis).reversed())
        .toList();
  }
}
