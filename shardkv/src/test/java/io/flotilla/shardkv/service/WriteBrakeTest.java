package io.flotilla.shardkv.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes to a shard on its way out, slowed down before there are too many. */
class WriteBrakeTest {
  private static final int SHARD = 1;
  private static final MoveSizes SIZES = new MoveSizes(1 << 10, 10 * (48 + 1));

  private final Simulation simulation = new Simulation(3);
  private final SimEventLoop loop = simulation.node("node").loop("main");
  private final SoloGroup group = new SoloGroup(1, loop, SIZES);

  @Test
  void onlyAShardOnItsWayOutIsSlowedDownAndMoreTheLessRoomThereIs() {
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(1, SHARD, 1)), 0));
    group.apply(new KvCommand.Activate(List.of(group.stamp(1, SHARD, 1))));
    write(20);
    assertThat(delay()).isZero();
    group.apply(new KvCommand.BeginExport(group.stamp(2, SHARD, 2), 2, 1));
    write(5);
    assertThat(delay()).isZero();
    write(1);
    long first = delay();
    assertThat(first).isPositive();
    write(4);
    assertThat(delay()).isGreaterThan(first).isEqualTo(100_000_000);
    write(1);
    assertThat(delay()).as("given up: nothing to wait for").isZero();
  }

  @Test
  void aBoundedNumberWaits() {
    WriteBrake brake = new WriteBrake(loop);
    int[] written = new int[1];
    for (int i = 0; i < 4_096; i++) {
      assertThat(brake.delay(1_000, () -> written[0]++)).isTrue();
    }
    assertThat(brake.delay(1_000, () -> written[0]++)).isFalse();
    simulation.runFor(1_000_000_000);
    assertThat(written[0]).isEqualTo(4_096);
    assertThat(brake.delay(1_000, () -> written[0]++)).isTrue();
  }

  private long delay() {
    return WriteBrake.delayNanos(group.machine().shard(SHARD), SIZES);
  }

  private void write(int times) {
    Change put = new Change.Put(ByteString.copyFromUtf8("v"));
    for (int i = 0; i < times; i++) {
      group.apply(new KvCommand.Mutate(SHARD, OpId.NONE, ByteString.copyFromUtf8("k"), put));
    }
  }
}
