package io.flotilla.sim.history.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.Operation;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Catalogue of bug classes, 43: an append retried by the client takes effect once. */
class ExactlyOnceTest {
  private static Operation append(String value, long call, long returned) {
    return Operation.append("w", "k", value, call).done(returned);
  }

  private static Operation read(String seen, long call) {
    return Operation.get("r", "k", call).read(Optional.of(seen), call + 1);
  }

  private static ExactlyOnce.Counts count(HistoryLine... lines) {
    return ExactlyOnce.count(List.of(lines));
  }

  @Test
  void nothingIsWrongWithAnAppendThatIsReadOnce() {
    var counts = count(new InitLine("k", "start"), append("[1.1]", 0, 1), read("start[1.1]", 2));
    assertThat(counts).isEqualTo(new ExactlyOnce.Counts(1, 0, 0));
    assertThat(counts.held()).isTrue();
  }

  @Test
  void appendReadTwiceIsDuplicated() {
    var counts =
        count(
            append("[1.1]", 0, 1),
            append("[1.2]", 2, 3),
            read("[1.1][1.2][1.1]", 4),
            read("[1.1]", 5));
    assertThat(counts.duplicated()).isEqualTo(1);
  }

  @Test
  void unacknowledgedAppendMayBeMissingButNotDouble() {
    Operation unknown = Operation.append("w", "k", "[1.1]", 0);
    assertThat(count(unknown, read("", 5)).held()).isTrue();
    assertThat(count(unknown, read("[1.1][1.1]", 5)).duplicated()).isEqualTo(1);
  }

  @Test
  void acknowledgedAppendMissingFromALaterReadIsLost() {
    assertThat(count(append("[1.1]", 0, 1), read("[9.9]", 2)).lost()).isEqualTo(1);
    assertThat(count(append("[1.1]", 0, 1), Operation.get("r", "k", 2).read(Optional.empty(), 3)))
        .isEqualTo(new ExactlyOnce.Counts(1, 1, 0));
  }

  @Test
  void appendSeenAndThenGoneIsLost() {
    var counts = count(append("[1.1]", 0, 1), read("[1.1]", 2), read("", 4));
    assertThat(counts.lost()).isEqualTo(1);
  }

  @Test
  void readsThatBeganBeforeTheReturnProveNothing() {
    assertThat(count(append("[1.1]", 0, 9), read("", 8)).held()).isTrue();
  }

  @Test
  void keysThatAreAlsoPutAreLeftOut() {
    var counts =
        count(append("[1.1]", 0, 1), Operation.put("w", "k", "new", 2).done(3), read("new", 4));
    assertThat(counts).isEqualTo(new ExactlyOnce.Counts(0, 0, 0));
  }

  @Test
  void correctStoreIsNeverAccused() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 200; i++) {
      var plan =
          new Recording.Plan(Plans.kinds("GET APPEND"), 8, 200, 50, random.nextInt(30), true);
      var counts = ExactlyOnce.count(Recording.of("k", Optional.empty(), plan, random.split()));
      assertThat(counts.held()).isTrue();
      assertThat(counts.acknowledged()).isPositive();
    }
  }
}
