package io.flotilla.sim.history.check;

import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.HistoryReader;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Takes in a history and says whether it is linearizable. The verdict is exact: a violation is one,
 * whatever the clients' clocks lost in resolution, and a linearizable history has an order.
 *
 * <p>An operation that failed never took effect; one of unknown outcome takes effect at any time
 * after its call, or never. Lines may come in any order. Costs about 100 bytes an operation. Owned
 * by one thread.
 */
public final class LinearizabilityChecker implements Consumer<HistoryLine> {
  private final Map<String, KeyHistory> histories = new LinkedHashMap<>();
  private final Map<String, Integer> clientNumbers = new LinkedHashMap<>();
  private final List<String> clients = new ArrayList<>();
  private final Map<String, InitLine> inits = new LinkedHashMap<>();
  private long operations;

  /** Judges all of {@code lines}. */
  public static Verdict check(Iterable<? extends HistoryLine> lines, CheckBudget budget) {
    LinearizabilityChecker checker = new LinearizabilityChecker();
    lines.forEach(checker);
    return checker.verdict(budget);
  }

  /** Judges what is left to read; a line that cannot stand is named by the exception. */
  public static Verdict check(HistoryReader lines, CheckBudget budget) throws IOException {
    LinearizabilityChecker checker = new LinearizabilityChecker();
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      try {
        checker.accept(line.get());
      } catch (IllegalArgumentException e) {
        throw lines.rejected(String.valueOf(e.getMessage()));
      }
    }
    return checker.verdict(budget);
  }

  /**
   * Takes in one line.
   *
   * @throws IllegalArgumentException if a key is initialised twice
   */
  @Override
  public void accept(HistoryLine line) {
    if (line instanceof Operation operation) {
      operations++;
      history(operation.key()).add(clientNumber(operation.client()), operation);
    } else if (line instanceof InitLine init) {
      if (inits.putIfAbsent(init.key(), init) != null) {
        throw new IllegalArgumentException("init: a second one for key \"" + init.key() + '"');
      }
      history(init.key()).startWith(init.value());
    }
  }

  /** Judges what was taken in so far. */
  public Verdict verdict(CheckBudget budget) {
    List<String> violated = new ArrayList<>();
    List<String> undecided = new ArrayList<>();
    Optional<Explanation> smallest = Optional.empty();
    for (KeyHistory history : new TreeMap<>(histories).values()) {
      Decision decision = decide(history, budget);
      if (decision.isViolation()) {
        violated.add(history.key());
        smallest =
            smallest
                .filter(best -> best.size() <= history.size())
                .or(() -> Optional.of(new Explanation(history, clients, decision, budget)));
      } else if (decision.outcome() == Outcome.UNDECIDED) {
        undecided.add(history.key());
      }
    }
    return new Verdict(
        outcome(violated.isEmpty(), undecided.isEmpty()),
        operations,
        histories.size(),
        smallest.map(Explanation::explain),
        violated,
        undecided);
  }

  private static Decision decide(KeyHistory history, CheckBudget budget) {
    return budget.giveUp().getAsBoolean()
        ? Decision.UNDECIDED
        : new KeyJudge(history, budget).decide(history.judged());
  }

  private static Outcome outcome(boolean noneViolated, boolean noneUndecided) {
    if (!noneViolated) {
      return Outcome.VIOLATION;
    }
    return noneUndecided ? Outcome.LINEARIZABLE : Outcome.UNDECIDED;
  }

  private KeyHistory history(String key) {
    return histories.computeIfAbsent(key, KeyHistory::new);
  }

  private int clientNumber(String client) {
    Integer known = clientNumbers.putIfAbsent(client, clients.size());
    if (known != null) {
      return known;
    }
    clients.add(client);
    return clients.size() - 1;
  }
}
