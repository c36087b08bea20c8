package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.ReadResult;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A backlog is worked off in turns, not all at once: others have heartbeats to send. */
class TurnBudgetTest {
  private static final long MILLI = 1_000_000;
  private static final int MANY = 1_000;

  private final List<Long> applied = new ArrayList<>();
  private final Applier<Long> applier =
      new Applier<>(new Slow(), new Proposals<>(), LogPosition.ZERO);
  private final Reads reads = new Reads(MANY, 0);
  private final List<ReadResult> results = new ArrayList<>();

  @Test
  void entriesThatTakeLongAreAppliedInSeveralTurnsInOrder() {
    applier.commit(entries());
    int turns = 0;
    while (applier.applySome(turn())) {
      turns++;
    }
    assertThat(turns).isGreaterThan(2);
    assertThat(applied).hasSize(MANY).isSorted();
    assertThat(applier.applied().index()).isEqualTo(MANY);
  }

  @Test
  void whatTakesNoTimeIsAppliedInOneTurn() {
    applier.commit(entries());
    applier.applySome(TurnBudget.begin(new SteppingLoop(1)));
    assertThat(applied).hasSize(MANY);
  }

  @Test
  void readsThatTakeLongAreAnsweredInSeveralTurnsEachOnce() {
    for (int i = 0; i < MANY; i++) {
      assertThat(reads.ask(results::add)).isTrue();
    }
    reads.grant(reads.startRound(), 1);
    LogPosition one = new LogPosition(1, 1);
    reads.release(LogPosition.ZERO, turn());
    assertThat(results).isEmpty();
    reads.release(one, turn());
    assertThat(results).hasSizeBetween(1, MANY - 1);
    assertThat(reads.mayRelease(one)).isTrue();
    while (reads.mayRelease(one)) {
      reads.release(one, turn());
    }
    assertThat(results).hasSize(MANY).hasOnlyElementsOfType(ReadResult.Ready.class);
    assertThat(reads.ask(results::add)).as("there is room again").isTrue();
  }

  @Test
  void readsThatWaitForTheirTurnAreRefusedWhenLeadershipIsLost() {
    for (int i = 0; i < MANY; i++) {
      reads.ask(results::add);
    }
    reads.grant(reads.startRound(), 1);
    reads.release(new LogPosition(1, 1), turn());
    int ready = results.size();
    reads.lose(3);
    assertThat(results).hasSize(MANY);
    assertThat(results.subList(ready, MANY)).containsOnly(new ReadResult.NotLeader(3));
  }

  /** Every look at the clock finds it two milliseconds further. */
  private static TurnBudget turn() {
    return TurnBudget.begin(new SteppingLoop(2 * MILLI));
  }

  private static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (long index = 1; index <= MANY; index++) {
      entries.add(new Entry(1, index, Entry.Kind.COMMAND, ByteString.EMPTY));
    }
    return entries;
  }

  private final class Slow implements StateMachine<Long> {
    @Override
    public SnapshotHeader recovered() {
      return SnapshotHeader.NONE;
    }

    @Override
    public void apply(ApplyBatch<Long> batch) {
      for (Entry command : batch.commands()) {
        applied.add(command.index());
        batch.answers().answer(command, command.index());
      }
    }

    @Override
    public void checkpoint(SnapshotHeader header, CheckpointDone done) {
      throw new AssertionError("nobody asks");
    }

    @Override
    public SnapshotSource openSnapshot() {
      throw new AssertionError("nobody asks");
    }

    @Override
    public SnapshotSink beginRestore(SnapshotHeader header, long length) {
      throw new AssertionError("nobody asks");
    }

    @Override
    public void restored() {}

    @Override
    public void close() {}
  }
}
