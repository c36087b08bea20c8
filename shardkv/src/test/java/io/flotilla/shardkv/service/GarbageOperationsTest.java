package io.flotilla.shardkv.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Whatever numbers a client sends, each of its calls is answered once and the node lives: a broken
 * invariant would stop it, and the retry would stop the next leader.
 */
class GarbageOperationsTest {
  private static final int CALLS = Integer.getInteger("flotilla.garbage.calls", 5_000);
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4_095,
    4_096,
    10_000,
    10_001,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1,
    Long.MAX_VALUE - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final int[] LENGTHS = {0, 1, 3, 4_096, 4_097, 1 << 20, (1 << 20) + 1};

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(29);
  private final SimEventLoop loop = new Simulation(29).node("node").loop("main");
  private final Operations operations = new Operations(loop);
  private final SoloGroup group = new SoloGroup(1, loop);
  private final List<Outcome> outcomes = new ArrayList<>();

  @Test
  void noNumbersStopANode() {
    operations.opened(group.open());
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(1, 0, 1)), 0));
    group.apply(new KvCommand.Activate(List.of(group.stamp(1, 0, 1))));
    TreeMap<Integer, GroupMembers> groups = new TreeMap<>();
    groups.put(1, new GroupMembers(1, 1, List.of()));
    operations.mapChanged(new ShardMap(1, List.of(new ShardEntry(1, 1, 1)), groups));
    for (int i = 0; i < CALLS; i++) {
      operations.execute(garbage(), Long.MAX_VALUE, outcomes::add);
      group.commit();
      group.grantReads();
    }
    assertThat(outcomes).hasSize(CALLS);
    assertThat(outcomes.stream().filter(each -> !each.hasRefusal()).count())
        .isGreaterThan(CALLS / 50);
  }

  /** A call with a few fields right most of the time, so that some get further than others. */
  private Operation garbage() {
    Operation.Builder operation = Operation.newBuilder().setCall(number());
    operation.setGroup(mostly(1)).setShard(mostly(0)).setShardCount(mostly(1));
    operation.setEpoch(number()).setRemainingNanos(number());
    if (random.nextBoolean()) {
      operation.getOpBuilder().setSession(number()).setSeq(number()).setFirstIncomplete(number());
    }
    switch (random.nextInt(8)) {
      case 0 -> operation.getGetBuilder().setKey(bytes());
      case 1 -> operation.getPutBuilder().setKey(bytes()).setValue(bytes());
      case 2 -> operation.getAppendBuilder().setKey(bytes()).setValue(bytes());
      case 3 -> operation.getDeleteBuilder().setKey(bytes());
      case 4 -> operation.getCompareAndSetBuilder().setKey(bytes()).setAbsent(random.nextBoolean());
      case 5 -> operation.getCompareAndSetBuilder().setKey(bytes()).setPresent(bytes());
      case 6 ->
          operation.getPutIfVersionBuilder().setKey(bytes()).setValue(bytes()).setVersion(number());
      default -> scan(operation);
    }
    return operation.build();
  }

  private void scan(Operation.Builder operation) {
    operation.getScanBuilder().setPrefix(bytes()).setAfter(bytes()).setLimit(mostly(3));
    for (int shards = random.nextInt(3); shards > 0; shards--) {
      operation.getScanBuilder().addShards(mostly(0));
    }
  }

  private int mostly(int right) {
    return random.nextInt(8) > 0 ? right : (int) number();
  }

  private long number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private ByteString bytes() {
    int length = LENGTHS[random.nextInt(random.nextInt(8) > 0 ? 4 : LENGTHS.length)];
    return ByteString.copyFrom(new byte[length]);
  }
}
