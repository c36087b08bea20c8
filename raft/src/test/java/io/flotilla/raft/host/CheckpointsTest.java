package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a machine is written out, and what happens if that fails. */
class CheckpointsTest {
  private static final DiskException FULL = new DiskException.Full("no space left");

  private final Machine machine = new Machine();
  private final List<LogPosition> durable = new ArrayList<>();
  private final Checkpoints checkpoints = new Checkpoints(machine, 100, durable::add);
  private final Applier<Long> applier = new Applier<>(machine, new Proposals<>(), LogPosition.ZERO);
  private long last;

  @Test
  void oneIsWrittenWhenTheLogHasGrownAndOnlyOneAtATime() {
    grow();
    grow();
    assertThat(machine.asked).hasSize(1);
    machine.asked.get(0).durable();
    assertThat(durable).containsExactly(new LogPosition(1, 1));
    grow();
    assertThat(machine.asked).hasSize(2);
  }

  @Test
  void aFailedOneIsTriedAgainEvenIfNothingIsWrittenAnyMore() {
    grow();
    machine.asked.get(0).failed(FULL);
    passTicks();
    assertThat(machine.asked).hasSize(2);
    machine.asked.get(1).failed(FULL);
    passTicks();
    machine.asked.get(2).durable();
    passTicks();
    assertThat(machine.asked).hasSize(3);
    assertThat(durable).hasSize(1);
  }

  @Test
  void noneBeginsWhileAReceivedOneIsBeingInstalled() {
    applier.hold();
    checkpoints.start(header(), applier);
    assertThat(machine.asked).isEmpty();
  }

  @Test
  void whoWaitsForQuietIsCalledWhenTheCheckpointHasEndedEitherWay() {
    List<String> called = new ArrayList<>();
    checkpoints.whenIdle(() -> called.add("idle"));
    grow();
    checkpoints.whenIdle(() -> called.add("after"));
    assertThat(called).containsExactly("idle");
    machine.asked.get(0).failed(FULL);
    assertThat(called).containsExactly("idle", "after");
  }

  private void grow() {
    last++;
    applier.commit(
        List.of(new Entry(1, last, Entry.Kind.COMMAND, ByteString.copyFrom(new byte[100]))));
    applier.applySome(TurnBudget.begin(new SteppingLoop(0)));
    checkpoints.maybeStart(header(), applier);
  }

  private void passTicks() {
    for (int tick = 0; tick < 1_000; tick++) {
      if (checkpoints.isRetryDue()) {
        checkpoints.start(header(), applier);
      }
    }
  }

  private SnapshotHeader header() {
    return new SnapshotHeader(applier.applied(), Membership.of(List.of(1)));
  }

  /** Remembers what it was asked to write. */
  private static final class Machine implements StateMachine<Long> {
    private final List<CheckpointDone> asked = new ArrayList<>();

    @Override
    public SnapshotHeader recovered() {
      return SnapshotHeader.NONE;
    }

    @Override
    public void apply(ApplyBatch<Long> batch) {
      batch.commands().forEach(command -> batch.answers().answer(command, 0L));
    }

    @Override
    public void checkpoint(SnapshotHeader header, CheckpointDone done) {
      asked.add(done);
    }

    @Override
    public SnapshotSource openSnapshot() {
      throw new AssertionError("nobody needs one");
    }

    @Override
    public SnapshotSink beginRestore(SnapshotHeader header, long length) {
      throw new AssertionError("nobody sends one");
    }

    @Override
    public void restored() {}

    @Override
    public void close() {}
  }
}
