package io.flotilla.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.deploy.shell.Shell;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulator's command prints and answers. */
final class SimCommandTest {
  private static final String TOTALS =
      "%d seeds, [0-9]+\\.[0-9]{2} simulated hours, [0-9]+ faults, [0-9]+ operations checked, 0"
          + " failed";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theLastLineTellsTheTotals() {
    assertThat(run("sim --seeds 4-5")).isZero();

    List<String> lines = lines();
    assertThat(lines.get(lines.size() - 1)).matches(TOTALS.formatted(2));
  }

  @Test
  void aScenarioIsPlayedByItsName() {
    assertThat(run("sim --scenario wiped-node --seed 2")).isZero();

    assertThat(lines()).singleElement().asString().matches(TOTALS.formatted(1));
  }

  @Test
  void anUnknownScenarioIsOneLineThatNamesTheOthers() {
    assertThat(run("sim --scenario typo")).isEqualTo(2);

    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains("typo", "frozen-source", "wiped-node");
  }

  @Test
  void aTraceIsTheSameEveryTime() {
    run("sim --seed 3 --trace");
    String once = out.toString(StandardCharsets.UTF_8);
    out.reset();
    run("sim --seed 3 --trace");

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(once);
    assertThat(once).contains("leads group 0.1 in term 1").contains("asks put");
  }

  @Test
  void whatIsLeftOutDoesNotHappen() {
    run("sim --seed 3 --trace --without moves,kill --clients 1 --strikes 2-3");

    assertThat(lines())
        .noneMatch(line -> line.contains(" kill "))
        .anyMatch(line -> line.contains("c1-1"));
    assertThat(lines()).noneMatch(line -> line.contains("c1-2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sim --seed x",
        "sim --seed 1 --seeds 1-2",
        "sim --seed 1 --minutes 1",
        "sim --minutes 0",
        "sim --shrink",
        "sim --without kill",
        "sim --seed 1 --without typo",
        "sim --seed 1 --clients 0",
        "sim --seed 1 --strikes 3",
        "sim --scenario frozen-source --seed 1 --shrink"
      })
  void whatMakesNoSenseIsRefusedInOneLine(String command) {
    assertThat(run(command)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private int run(String command) {
    Shell shell =
        new Shell(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    return new CommandTree(shell).run(command.split(" "));
  }
}
