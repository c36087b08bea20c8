package io.flotilla.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the situations show is so, whatever the seed. */
final class LabTest {
  static Stream<String> names() {
    return Lab.scenarios().stream().map(Scenario::name);
  }

  @Test
  void theNamesAreTheOnesPeopleWereTold() {
    assertThat(names())
        .containsExactly(
            "spof",
            "split-brain",
            "split-vote",
            "logs-a",
            "logs-b",
            "figure-8",
            "minority-leader",
            "duplicate",
            "timeouts");
  }

  @Test
  void claimsFitOnALineBesideTheirNames() {
    assertThat(Lab.scenarios()).allSatisfy(each -> assertThat(each.claim()).hasSizeLessThan(83));
  }

  @ParameterizedTest
  @MethodSource("names")
  void aStoryIsTheSameEveryTimeAndFitsOnAScreen(String name) {
    String once = told(name);

    assertThat(told(name)).isEqualTo(once);
    assertThat(once.lines()).isNotEmpty().allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneServerIsASinglePointOfFailureAndThreeAreNot(long seed) {
    Spof.Outcome outcome = new Spof().play(Story.untold(), seed);

    assertThat(outcome.oneServed()).isTrue();
    assertThat(outcome.noneServed()).isFalse();
    assertThat(outcome.twoServed()).isTrue();
    assertThat(outcome.gapMillis()).isBetween(1L, 2_000L);
    assertThat(outcome.oneOfThreeServed()).isFalse();
    assertThat(outcome.kept()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void twoServersSplitTheBrainOrWaitAndAMajorityDoesNeither(long seed) {
    SplitBrain.Outcome outcome =
        new SplitBrain().play(Story.untold(), new LabOptions(seed, LabOptions.DEFAULT.policy()));

    assertThat(outcome.naive().get(Policy.ANY)).isEqualTo(new SplitBrain.Ending(2, 2, false));
    assertThat(outcome.naive().get(Policy.ALL)).isEqualTo(new SplitBrain.Ending(0, 0, true));
    assertThat(outcome.raft()).contains(new SplitBrain.Ending(1, 2, true));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void equalTimeoutsNeverElectAndRandomOnesDoWithinAFewTerms(long seed) {
    SplitVote.Outcome outcome = new SplitVote().play(Story.untold(), seed);

    assertThat(outcome.equalLeader()).isFalse();
    assertThat(outcome.termsToLeader().firstKey()).isEqualTo(1L);
    assertThat(outcome.termsToLeader().lastKey()).isLessThan(10L);
    assertThat(outcome.termsToLeader().get(1L)).isGreaterThan(100);
  }

  @Test
  void logTableAIsPossibleAndIsRepaired() {
    LogsA.Outcome outcome = new LogsA().play(Story.untold(), 1);

    assertThat(outcome.tails()).containsExactly(List.of(3L), List.of(3L, 3L), List.of(3L, 3L));
    assertThat(outcome.committedWithout()).isTrue();
    assertThat(outcome.repaired()).containsExactly(3L, 3L);
  }

  @Test
  void logTableBIsPossibleAndOnlyEntry12MayGoEitherWay() {
    LogsB.Outcome outcome = new LogsB().play(Story.untold(), 1);

    assertThat(outcome.tails())
        .containsExactly(List.of(3L), List.of(3L, 3L, 4L), List.of(3L, 3L, 5L));
    assertThat(outcome.endings().get(0).wins()).isFalse();
    assertThat(outcome.endings().get(1)).isEqualTo(new LogsB.Ending(true, List.of(3L, 3L, 4L, 6L)));
    assertThat(outcome.endings().get(2)).isEqualTo(new LogsB.Ending(true, List.of(3L, 3L, 5L, 6L)));
  }

  @Test
  void figure8NeverCommitsAnEntryOfAnOldTermByCounting() {
    Figure8.Outcome outcome = new Figure8().play(Story.untold(), 1);

    assertThat(outcome.holders()).isEqualTo(3);
    assertThat(outcome.commitThen()).isEqualTo(1);
    assertThat(outcome.overwritten()).isTrue();
    assertThat(outcome.commitWithOwn()).isEqualTo(3);
    assertThat(outcome.couldWin()).isFalse();
    assertThat(outcome.kept()).isTrue();
  }

  @Test
  void aMinorityLeaderCommitsNothingAndIsDeposed() {
    MinorityLeader.Outcome outcome = new MinorityLeader().play(Story.untold(), 1);

    assertThat(outcome).isEqualTo(new MinorityLeader.Outcome(2, false, true, true, true, true));
  }

  @Test
  void aRetryIsInTheLogTwiceAndCountsOnce() {
    Duplicate.Outcome outcome = new Duplicate().play(Story.untold(), 1);

    assertThat(outcome).isEqualTo(new Duplicate.Outcome(2, "xx", "x", true));
  }

  @Test
  void shortTimeoutsElectForNothingAndLongOnesStandStill() {
    Timeouts.Outcome outcome = new Timeouts().play(Story.untold(), 1);

    List<Timeouts.Setting> settings = outcome.settings();
    assertThat(settings.get(0).alarms()).isGreaterThan(settings.get(2).alarms());
    assertThat(settings.get(4).medianMillis()).isGreaterThan(10 * settings.get(2).medianMillis());
    assertThat(outcome.widths().get(0).splits())
        .isGreaterThan(outcome.widths().get(outcome.widths().size() - 1).splits());
    assertThat(outcome.shortIsRefused()).isTrue();
  }

  private static String told(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    Lab.find(name).orElseThrow().tell(new Story(out), LabOptions.DEFAULT);
    out.flush();
    if (Boolean.getBoolean("flotilla.lab.print")) {
      System.out.println(bytes.toString(StandardCharsets.UTF_8));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
