package io.flotilla.shardkv.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.shardkv.group.PieceCursor;
import io.flotilla.shardkv.group.PieceCursor.Stage;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.shardkv.move.CopyPlan.Next;
import io.flotilla.shardkv.service.SoloGroup;
import io.flotilla.shardkv.store.StoreDamage;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.Simulation;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When to go on copying, and when to freeze. */
class CopyPlanTest {
  private static final int SHARD = 1;
  private static final long MILLI = 1_000_000;
  private static final MoveSizes SIZES = new MoveSizes(64, 32 * 49);

  private final SimEventLoop loop = new Simulation(5).node("node").loop("main");
  private final SoloGroup group = new SoloGroup(1, loop, SIZES);

  @BeforeEach
  void export() {
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(1, SHARD, 1)), 0));
    group.apply(new KvCommand.Activate(List.of(group.stamp(1, SHARD, 1))));
    write(1, "v");
    group.apply(new KvCommand.BeginExport(group.stamp(2, SHARD, 2), 2, 1));
  }

  @Test
  void rowsAreSentBeforeTheShardIsFrozen() throws Exception {
    assertThat(next(new byte[0], MILLI, 0)).isEqualTo(Next.SEND);
    assertThat(next(caughtUp(), MILLI, 0)).isEqualTo(Next.FREEZE);
  }

  @Test
  void changesThatDoNotFitOnePieceAreSentBefore() throws Exception {
    byte[] before = caughtUp();
    write(1, "v".repeat(40));
    assertThat(next(before, MILLI, 0)).isEqualTo(Next.FREEZE);
    group.apply(
        new KvCommand.Mutate(
            SHARD,
            OpId.NONE,
            ByteString.copyFromUtf8("other"),
            new Change.Put(ByteString.copyFromUtf8("v".repeat(40)))));
    assertThat(next(before, MILLI, 0)).isEqualTo(Next.SEND);
  }

  @Test
  void aPauseThatWouldBeLongIsWaitedForButNotForEver() throws Exception {
    assertThat(next(caughtUp(), 12 * MILLI, 0)).isEqualTo(Next.FREEZE);
    assertThat(next(caughtUp(), 13 * MILLI, 0)).isEqualTo(Next.WAIT);
    assertThat(next(caughtUp(), 13 * MILLI, 8)).isEqualTo(Next.FREEZE);
    assertThat(next(caughtUp(), 300 * MILLI, 39)).isEqualTo(Next.WAIT);
    assertThat(next(caughtUp(), 300 * MILLI, 40)).isEqualTo(Next.FREEZE);
  }

  @Test
  void forgettingIsWorthAnEntryOnceThereIsMuchToForget() throws Exception {
    write(1, "v");
    PieceCursor heard = new PieceCursor(Stage.CHANGES, ByteString.EMPTY, 2);
    assertThat(CopyPlan.trim(state(), heard, SIZES)).isEmpty();
    write(1, "v");
    assertThat(CopyPlan.trim(state(), heard, SIZES)).hasValue(2);
    PieceCursor older = new PieceCursor(Stage.CHANGES, ByteString.EMPTY, 1);
    assertThat(CopyPlan.trim(state(), older, SIZES)).isEmpty();
  }

  private ShardState state() {
    return group.machine().shard(SHARD);
  }

  /** The cursor of a destination that holds everything. */
  private byte[] caughtUp() throws StoreDamage {
    return group.machine().piece(SHARD, ByteString.EMPTY).orElseThrow().to().toByteArray();
  }

  private Next next(byte[] from, long tripNanos, int refusals) throws StoreDamage {
    KvCommand.Piece piece = group.machine().piece(SHARD, ByteString.copyFrom(from)).orElseThrow();
    return CopyPlan.next(state(), piece, SIZES, tripNanos, refusals);
  }

  private void write(int times, String value) {
    Change put = new Change.Put(ByteString.copyFromUtf8(value));
    for (int i = 0; i < times; i++) {
      group.apply(new KvCommand.Mutate(SHARD, OpId.NONE, ByteString.copyFromUtf8("k"), put));
    }
  }
}
