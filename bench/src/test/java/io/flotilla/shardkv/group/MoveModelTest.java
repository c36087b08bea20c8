package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.ModelConfig.APPEND;
import static io.flotilla.shardkv.group.ModelConfig.DELETE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real rules of moves and sessions, of groups and of the controller, in every order in which
 * things can happen.
 */
class MoveModelTest {
  /** Moves of the largest run; one more takes several times as long. */
  private static final int MOVES = Integer.getInteger("flotilla.modelMoves", 2);

  @Test
  void noOrderOfMovesRetriesAndExpiryBreaksAnything() {
    ModelConfig most = ModelConfig.of(MOVES, APPEND, DELETE).expiring(1);
    holds(MOVES + " moves", most.patient().healingEvery(5));
  }

  @Test
  void noOrderOfOneMoveBreaksAnythingAndEveryStateHeals() {
    holds("one move", ModelConfig.of(1, APPEND, DELETE));
  }

  @Test
  void noOrderOfChangesDuringTheCopyLosesOne() {
    holds("two keys", ModelConfig.of(MOVES - 1, APPEND, APPEND, DELETE).ofKeys(2).attempts(1));
  }

  @Test
  void aSourceThatCannotRememberAllChangesIsAborted() {
    ModelConfig few = ModelConfig.of(MOVES - 1, APPEND, APPEND, APPEND).ofKeys(2).attempts(1);
    holds("one change remembered", few.remembering(1));
  }

  @Test
  void aNewShardGetsOneOwner() {
    holds("a new shard", ModelConfig.of(2, APPEND).expiring(1).fromNone());
  }

  @Test
  void aGroupMayLeaveAndComeBackAtAnyTime() {
    holds("leave and join", ModelConfig.of(2, APPEND).expiring(1).leaving());
  }

  private static void holds(String name, ModelConfig config) {
    MoveModel.Found found = new MoveModel(config).search();
    System.out.println(name + ": " + found);
    assertThat(found.violation()).isEmpty();
    assertThat(found.wasThorough()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void everyBrokenRuleIsNoticed(ModelConfig config) {
    MoveModel.Found found = new MoveModel(config).search();
    System.out.println(config.mutant() + " -> " + found);
    assertThat(found.violation()).as(config.mutant().name()).isPresent();
  }

  static Stream<ModelConfig> mutants() {
    return Stream.of(Mutant.values())
        .filter(mutant -> mutant != Mutant.NONE)
        .map(mutant -> smallest(mutant).breaking(mutant));
  }

  /** The smallest run in which the rule matters. */
  private static ModelConfig smallest(Mutant mutant) {
    return switch (mutant) {
      case STALE_EXECUTED, PRUNES_TOO_MUCH -> ModelConfig.of(0, APPEND, APPEND);
      case FIRST_INCOMPLETE_GOES_BACK -> ModelConfig.of(0, APPEND, APPEND, APPEND);
      case WATERMARK_GOES_BACK -> ModelConfig.of(0, APPEND).expiring(2);
      case NO_IS_NOT_RECORDED -> ModelConfig.of(0, DELETE);
      case COMMANDS_WITHOUT_INCARNATION, READY_WITHOUT_INCARNATION, LEAVE_WITHOUT_WAITING ->
          ModelConfig.of(1, APPEND).attempts(1).leaving();
      case DELETES_STAY -> ModelConfig.of(1, APPEND, DELETE).attempts(1);
      case CHANGES_STAY, SCAN_FROM_THE_PAST, TRIMS_TOO_MUCH, CHANGES_LOST ->
          ModelConfig.of(1, APPEND, APPEND, APPEND).ofKeys(2).attempts(1);
      case CURSOR_LOST -> ModelConfig.of(1, APPEND, APPEND, DELETE).ofKeys(2).attempts(1);
      case FREEZE_WHEN_STUCK, OVERFLOW_LOST ->
          ModelConfig.of(1, APPEND, APPEND, APPEND).attempts(1).remembering(1);
      default -> ModelConfig.of(2, APPEND).expiring(1);
    };
  }
}
