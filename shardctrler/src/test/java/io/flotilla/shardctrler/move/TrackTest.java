package io.flotilla.shardctrler.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardctrler.state.MoveTally;
import org.junit.jupiter.api.Test;

/** What a driver remembers of a move between hearing something and seeing it in the log. */
final class TrackTest {
  private static final Move COMMITTED =
      new Move(1, 0, 1, 1, 2, 1, 5, Move.Phase.COMMITTED, false, false, "", MoveTally.NONE);

  private final Track track = new Track(COMMITTED, 0);

  @Test
  void anAckHeardWhileAnotherIsProposedIsProposedNext() {
    acknowledge(Step.ACTIVATE);
    track.propose();
    acknowledge(Step.RELEASE);

    track.proposed(true);

    assertThat(track.acks()).singleElement().matches(ack -> !ack.isTarget());
  }

  @Test
  void anAckThatHadNoEffectIsNotProposedAgainUnheard() {
    acknowledge(Step.ACTIVATE);
    track.propose();

    track.proposed(true);

    assertThat(track.acks()).isEmpty();
  }

  private void acknowledge(Step step) {
    track.hear(Reading.ACKNOWLEDGED, step, ShardStatus.getDefaultInstance(), 0);
  }
}
