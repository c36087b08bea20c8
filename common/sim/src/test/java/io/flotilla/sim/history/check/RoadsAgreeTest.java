package io.flotilla.sim.history.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On histories too long for the definition, the short roads agree with the search of all orders.
 */
class RoadsAgreeTest {
  private static final int HISTORIES = 400;
  private static final CheckBudget BUDGET = CheckBudget.DEFAULT.withStepsPerKey(200_000);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET PUT",
        "GET GET PUT DELETE",
        "GET APPEND",
        "GET GET PUT CAS",
        "GET CAS DELETE",
        "GET GET PUT CAS DELETE"
      })
  void agree(String words) {
    SplittableRandom random = new SplittableRandom(words.length());
    int compared = 0;
    for (int i = 0; i < HISTORIES; i++) {
      var plan =
          new Recording.Plan(
              Plans.kinds(words), 1 + random.nextInt(8), 14, 1 + random.nextInt(20), 15, true);
      var operations = Recording.of("k", Optional.empty(), plan, random.split());
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        operations = Mutation.of(operations, random);
      }
      KeyHistory history = new KeyHistory("k");
      operations.forEach(operation -> history.add(0, operation));
      Outcome all = PlainJobs.decide(history, history.judged(), BUDGET).outcome();
      if (all != Outcome.UNDECIDED) {
        String shown = operations.stream().map(Object::toString).collect(Collectors.joining("\n"));
        Outcome judged = new KeyJudge(history, BUDGET).decide(history.judged()).outcome();
        assertThat(judged).as(shown).isEqualTo(all);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(HISTORIES * 9 / 10);
  }
}
