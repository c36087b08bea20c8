package io.flotilla.shardctrler.move;

import static io.flotilla.shardctrler.move.Step.ACTIVATE;
import static io.flotilla.shardctrler.move.Step.BEGIN_EXPORT;
import static io.flotilla.shardctrler.move.Step.BEGIN_IMPORT;
import static io.flotilla.shardctrler.move.Step.DROP;
import static io.flotilla.shardctrler.move.Step.END;
import static io.flotilla.shardctrler.move.Step.RELEASE;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.internal.v1.MoveStamp;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.internal.v1.ShardStatus.State;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardctrler.state.Move.Phase;
import io.flotilla.shardctrler.state.MoveTally;
import org.junit.jupiter.api.Test;

final class MoveStepsTest {
  private static final Move COPY = move(1, Phase.COPY);
  private static final Move COMMITTED = move(1, Phase.COMMITTED);
  private static final Move ABORTED = move(1, Phase.ABORTED);

  @Test
  void sourceIsTouchedOnlyOnceTheTargetImports() {
    assertThat(MoveSteps.due(COPY, false, false)).containsExactly(BEGIN_IMPORT);
    assertThat(MoveSteps.due(COPY, true, false)).containsExactly(BEGIN_IMPORT, BEGIN_EXPORT);
    assertThat(MoveSteps.due(COPY, true, true)).containsExactly(BEGIN_IMPORT);
  }

  @Test
  void firstOwnershipHasNoSource() {
    assertThat(MoveSteps.due(move(0, Phase.COPY), true, false)).containsExactly(BEGIN_IMPORT);
  }

  @Test
  void outcomeGoesToWhoeverHasNotAcknowledged() {
    assertThat(MoveSteps.due(COMMITTED, true, true)).containsExactly(ACTIVATE, RELEASE);
    assertThat(MoveSteps.due(ABORTED, true, true)).containsExactly(END, DROP);
  }

  @Test
  void readsWhatTheTargetSaysWhileCopying() {
    assertThat(MoveSteps.read(COPY, BEGIN_IMPORT, target(State.STAGING)))
        .isEqualTo(Reading.IMPORTING);
    assertThat(MoveSteps.read(COPY, BEGIN_IMPORT, target(State.READY))).isEqualTo(Reading.READY);
    assertThat(MoveSteps.readReport(COPY, target(State.READY))).isEqualTo(Reading.READY);
    assertThat(MoveSteps.read(COPY, BEGIN_EXPORT, source(State.FROZEN)))
        .isEqualTo(Reading.EXPORTING);
  }

  @Test
  void readyOfAnotherLifeMoveOrEpochMeansNothing() {
    ShardStatus ready = target(State.READY);
    MoveStamp stamp = ready.getStamp();
    for (MoveStamp other :
        new MoveStamp[] {
          stamp.toBuilder().setIncarnation(1).build(),
          stamp.toBuilder().setIncarnation(3).build(),
          stamp.toBuilder().setMove(6).build(),
          stamp.toBuilder().setEpoch(8).build(),
          stamp.toBuilder().setGid(3).build(),
          stamp.toBuilder().setShard(5).build()
        }) {
      ShardStatus status = ready.toBuilder().setStamp(other).build();
      assertThat(MoveSteps.read(COPY, BEGIN_IMPORT, status)).isEqualTo(Reading.NOTHING);
      assertThat(MoveSteps.readReport(COPY, status)).isEqualTo(Reading.NOTHING);
    }
  }

  @Test
  void readyOfTheSourceMeansNothing() {
    assertThat(MoveSteps.readReport(COPY, source(State.READY))).isEqualTo(Reading.NOTHING);
  }

  @Test
  void reasonFromEitherSideIsHopeless() {
    assertThat(
            MoveSteps.readReport(
                COPY, source(State.EXPORTING).toBuilder().setReason("overflow").build()))
        .isEqualTo(Reading.HOPELESS);
    assertThat(
            MoveSteps.readReport(
                COPY, target(State.STAGING).toBuilder().setReason("counts").build()))
        .isEqualTo(Reading.HOPELESS);
  }

  @Test
  void groupThatIsShutOutByItsFenceIsHopeless() {
    ShardStatus elsewhere =
        target(State.ABSENT).toBuilder()
            .setStamp(target(State.ABSENT).getStamp().toBuilder().setMove(3))
            .setRefused(true)
            .setFence(9)
            .build();
    assertThat(MoveSteps.read(COPY, BEGIN_IMPORT, elsewhere)).isEqualTo(Reading.HOPELESS);
    assertThat(MoveSteps.read(COPY, BEGIN_IMPORT, elsewhere.toBuilder().setFence(8).build()))
        .isEqualTo(Reading.NOTHING);
  }

  @Test
  void outcomeIsAcknowledgedUnlessRefused() {
    ShardStatus serving = target(State.SERVING);
    assertThat(MoveSteps.read(COMMITTED, ACTIVATE, serving)).isEqualTo(Reading.ACKNOWLEDGED);
    assertThat(MoveSteps.read(COMMITTED, ACTIVATE, serving.toBuilder().setRefused(true).build()))
        .isEqualTo(Reading.NOTHING);
    assertThat(
            MoveSteps.read(
                ABORTED, END, source(State.SERVING).toBuilder().setSuperseded(true).build()))
        .isEqualTo(Reading.ACKNOWLEDGED);
  }

  @Test
  void answerThatComesAfterThePhaseIsOverMeansNothing() {
    assertThat(MoveSteps.read(COMMITTED, BEGIN_IMPORT, target(State.READY)))
        .isEqualTo(Reading.NOTHING);
    assertThat(MoveSteps.read(ABORTED, ACTIVATE, target(State.SERVING))).isEqualTo(Reading.NOTHING);
    assertThat(MoveSteps.readReport(ABORTED, target(State.READY))).isEqualTo(Reading.NOTHING);
  }

  private static Move move(int from, Phase phase) {
    return new Move(7, 4, from, 1, 2, 2, 9, phase, false, false, "", MoveTally.NONE);
  }

  private static ShardStatus target(State state) {
    return status(state, 2, 2);
  }

  private static ShardStatus source(State state) {
    return status(state, 1, 1);
  }

  private static ShardStatus status(State state, int gid, long incarnation) {
    return ShardStatus.newBuilder()
        .setStamp(
            MoveStamp.newBuilder()
                .setMove(7)
                .setShard(4)
                .setEpoch(9)
                .setGid(gid)
                .setIncarnation(incarnation))
        .setState(state)
        .setFence(9)
        .build();
  }
}
