package io.flotilla.shardctrler.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.internal.v1.MoveFigures;
import io.flotilla.internal.v1.MoveStamp;
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

  @Test
  void aCopyIsAsFarAsItsTargetSaysAndAsLongAsItsSourceSaid() {
    Move move = new Move(1, 0, 1, 1, 2, 1, 5, Move.Phase.COPY, false, false, "", MoveTally.NONE);
    Track copy = new Track(move, 0);
    copy.hear(Reading.IMPORTING, Step.BEGIN_IMPORT, status(2, 0), 0);
    copy.hear(Reading.EXPORTING, Step.BEGIN_EXPORT, status(1, 4_000), 0);
    copy.hear(Reading.IMPORTING, Step.BEGIN_IMPORT, status(2, 1_000), 500_000_000);
    MoveProgress progress = copy.progress(500_000_000);
    assertThat(progress.come().bytes()).isEqualTo(1_000);
    assertThat(progress.totalBytes()).isEqualTo(4_000);
    assertThat(progress.bytesPerSecond()).isEqualTo(2_000);
    assertThat(progress.etaSeconds()).isEqualTo(1.5);
  }

  private static ShardStatus status(int gid, long bytes) {
    return ShardStatus.newBuilder()
        .setStamp(MoveStamp.newBuilder().setGid(gid))
        .setFigures(MoveFigures.newBuilder().setBytes(bytes))
        .build();
  }

  private void acknowledge(Step step) {
    track.hear(Reading.ACKNOWLEDGED, step, ShardStatus.getDefaultInstance(), 0);
  }
}
