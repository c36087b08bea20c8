package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.LogPosition;
import io.flotilla.raft.ReadResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads between their question and the moment in which they may be evaluated (thesis 6.4). */
final class ReadsTest {
  private final Reads reads = new Reads(2, 1);
  private final List<ReadResult> answers = new ArrayList<>();
  private final TurnBudget budget = TurnBudget.begin(new SteppingLoop(0));

  @Test // a quorum's word is not enough: what was committed then has to be applied here
  void aGrantedReadWaitsUntilItsIndexIsApplied() {
    reads.ask(answers::add);
    reads.grant(reads.startRound(), 5);
    reads.release(new LogPosition(1, 4), budget);
    assertThat(answers).isEmpty();

    reads.release(new LogPosition(2, 6), budget);

    assertThat(answers).containsExactly(new ReadResult.Ready(new LogPosition(2, 6)));
  }

  @Test
  void aReadAskedAfterTheRoundBeganWaitsForTheNext() {
    reads.ask(answers::add);
    long first = reads.startRound();
    reads.ask(answers::add);

    reads.grant(first, 1);
    reads.release(new LogPosition(1, 1), budget);

    assertThat(answers).hasSize(1);
    assertThat(reads.hasAsked()).isTrue();
  }

  @Test
  void whoeverStopsLeadingTellsAllThatWait() {
    reads.ask(answers::add);
    reads.grant(reads.startRound(), 9);
    reads.ask(answers::add);
    assertThat(reads.ask(answers::add)).as("a third one").isFalse();

    reads.lose(3);

    assertThat(answers).containsExactly(new ReadResult.NotLeader(3), new ReadResult.NotLeader(3));
    assertThat(reads.ask(answers::add)).isTrue();
  }
}
