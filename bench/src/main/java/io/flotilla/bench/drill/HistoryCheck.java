package io.flotilla.bench.drill;

import io.flotilla.sim.history.HistoryReader;
import io.flotilla.sim.history.check.CheckBudget;
import io.flotilla.sim.history.check.LinearizabilityChecker;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;

/** Judges a history that somebody recorded. */
public final class HistoryCheck {
  private HistoryCheck() {}

  /**
   * Judges the history in {@code file}.
   *
   * @throws IOException if it cannot be read or a line, named by its number, is no history line
   */
  public static Judgement check(Path file) throws IOException {
    try (Reader source = Files.newBufferedReader(file)) {
      return Judgement.of(
          LinearizabilityChecker.check(new HistoryReader(source), CheckBudget.DEFAULT));
    }
  }
}
