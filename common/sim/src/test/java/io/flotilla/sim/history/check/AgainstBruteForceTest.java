package io.flotilla.sim.history.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checker and the definition agree, on thousands of small histories, right and wrong. */
class AgainstBruteForceTest {
  private static final int HISTORIES = 6_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET PUT",
        "GET PUT DELETE",
        "GET APPEND",
        "GET PUT CAS",
        "GET CAS",
        "GET CAS DELETE",
        "GET PUT CAS DELETE",
        "GET PUT APPEND",
        "GET PUT APPEND DELETE CAS"
      })
  void agreeOnUniqueValues(String kinds) {
    agree(kinds, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET PUT", "GET PUT DELETE CAS", "GET APPEND", "GET PUT APPEND CAS"})
  void agreeOnRepeatedValues(String kinds) {
    agree(kinds, false);
  }

  private static void agree(String words, boolean unique) {
    List<OpKind> kinds = Plans.kinds(words);
    SplittableRandom random = new SplittableRandom(words.hashCode());
    int wrong = 0;
    for (int i = 0; i < HISTORIES; i++) {
      Optional<String> initial = random.nextBoolean() ? Optional.of("[init]") : Optional.empty();
      var plan =
          new Recording.Plan(
              kinds, 1 + random.nextInt(5), 7, 1 + random.nextInt(8), random.nextInt(40), unique);
      List<Operation> operations = Recording.of("k", initial, plan, random.split());
      boolean mutated = random.nextBoolean();
      for (int changes = mutated ? 1 + random.nextInt(2) : 0; changes > 0; changes--) {
        operations = Mutation.of(operations, random);
      }
      boolean right = BruteForce.isLinearizable(initial, operations);
      wrong += right ? 0 : 1;
      assertThat(right || mutated).as("a recording is linearizable").isTrue();
      List<HistoryLine> lines = lines(initial, operations);
      assertThat(LinearizabilityChecker.check(lines, CheckBudget.DEFAULT).outcome())
          .as(() -> shown(lines))
          .isEqualTo(right ? Outcome.LINEARIZABLE : Outcome.VIOLATION);
    }
    assertThat(wrong).as("wrong histories among them").isBetween(HISTORIES / 50, HISTORIES);
  }

  private static String shown(List<HistoryLine> lines) {
    return lines.stream().map(HistoryLine::toString).collect(Collectors.joining("\n"));
  }

  private static List<HistoryLine> lines(Optional<String> initial, List<Operation> operations) {
    List<HistoryLine> lines = new ArrayList<>();
    initial.ifPresent(value -> lines.add(new InitLine("k", value)));
    lines.addAll(operations);
    return lines;
  }
}
