package io.flotilla.sim.history.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sim.history.Answer;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Histories of the size drills record are decided. */
class LargeHistoryTest {
  private static Verdict check(List<Operation> operations) {
    return LinearizabilityChecker.check(operations, CheckBudget.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "GET GET PUT DELETE, 64, 60000",
    "GET PUT, 64, 60000",
    "GET APPEND, 64, 6000",
    "GET GET PUT CAS, 16, 40000",
    "GET GET CAS DELETE PUT, 16, 20000"
  })
  void hotKeyIsDecided(String kinds, int clients, int operations) {
    var plan = new Recording.Plan(Plans.kinds(kinds), clients, operations, 1000, 1, true);
    var recorded = Recording.of("hot", Optional.empty(), plan, new SplittableRandom(1));
    assertThat(check(recorded).outcome()).isEqualTo(Outcome.LINEARIZABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "GET GET PUT DELETE, 64, 20000",
    "GET APPEND, 64, 3000",
    "GET GET PUT CAS, 16, 10000"
  })
  void staleReadLateInAHotKeyIsFound(String kinds, int clients, int operations) {
    var plan = new Recording.Plan(Plans.kinds(kinds), clients, operations, 1000, 1, true);
    var recorded = Recording.of("hot", Optional.empty(), plan, new SplittableRandom(2));
    Operation old =
        recorded.stream().filter(LargeHistoryTest::sawSomething).findFirst().orElseThrow();
    long end = recorded.get(recorded.size() - 1).returned().orElse(0) + 100_000;
    recorded.add(Operation.get("late", "hot", end).ok(old.answer(), end + 1));
    Verdict verdict = check(recorded);
    assertThat(verdict.outcome()).isEqualTo(Outcome.VIOLATION);
    assertThat(verdict.violation().orElseThrow().contradiction()).hasSizeLessThan(6);
  }

  private static boolean sawSomething(Operation operation) {
    return operation.answer() instanceof Answer.Read read && read.value().isPresent();
  }

  @Test
  void hundredThousandOperationsOnAThousandKeysAreDecided() {
    List<Operation> operations = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(3);
    List<String> mixes = List.of("GET GET PUT DELETE", "GET APPEND", "GET GET CAS PUT");
    for (int key = 0; key < 1000; key++) {
      var plan = new Recording.Plan(Plans.kinds(mixes.get(key % 3)), 8, 100, 1000, 2, true);
      operations.addAll(Recording.of("k" + key, Optional.empty(), plan, random.split()));
    }
    Verdict verdict = check(operations);
    assertThat(verdict.outcome()).isEqualTo(Outcome.LINEARIZABLE);
    assertThat(verdict.operations()).isEqualTo(100_000);
    assertThat(verdict.keys()).isEqualTo(1000);
  }

  @Test
  void searchThatRunsOutOfBudgetSaysSo() {
    var plan = new Recording.Plan(Plans.kinds("GET PUT APPEND"), 8, 200, 1000, 10, true);
    var recorded = Recording.of("k", Optional.empty(), plan, new SplittableRandom(4));
    assertThat(
            LinearizabilityChecker.check(recorded, CheckBudget.DEFAULT.withStepsPerKey(10)).text())
        .startsWith("undecided");
    assertThat(
            LinearizabilityChecker.check(recorded, CheckBudget.DEFAULT.withGiveUp(() -> true))
                .undecidedKeys())
        .containsExactly("k");
  }
}
