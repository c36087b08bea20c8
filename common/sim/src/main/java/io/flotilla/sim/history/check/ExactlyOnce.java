package io.flotilla.sim.history.check;

import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts appends that did not happen exactly once, on keys that are only appended to and read.
 *
 * <p>Looks at delimited values only ({@code [client.counter]}). An acknowledged append is lost if a
 * read called after its return does not show it; any append is duplicated if a read shows it more
 * than once. A linearizable history has neither; this says how many there are and needs no budget.
 * Owned by one thread.
 */
public final class ExactlyOnce implements Consumer<HistoryLine> {
  private final Map<String, AppendLedger> ledgers = new LinkedHashMap<>();

  /**
   * What was counted.
   *
   * @param acknowledged appends that were acknowledged
   * @param lost acknowledged appends that a later read did not show
   * @param duplicated appends that a read showed more than once
   */
  public record Counts(long acknowledged, long lost, long duplicated) {
    /** Whether every append happened exactly once, as far as was read. */
    public boolean held() {
      return lost == 0 && duplicated == 0;
    }
  }

  /** Counts over all of {@code lines}. */
  public static Counts count(Iterable<? extends HistoryLine> lines) {
    ExactlyOnce exactlyOnce = new ExactlyOnce();
    lines.forEach(exactlyOnce);
    return exactlyOnce.counts();
  }

  @Override
  public void accept(HistoryLine line) {
    if (line instanceof Operation operation && operation.status() != OpStatus.FAIL) {
      ledgers.computeIfAbsent(operation.key(), key -> new AppendLedger()).add(operation);
    }
  }

  /** The counts of what was taken in so far. */
  public Counts counts() {
    long acknowledged = 0;
    long lost = 0;
    long duplicated = 0;
    for (AppendLedger ledger : ledgers.values()) {
      if (ledger.isOnlyAppendedTo()) {
        acknowledged += ledger.acknowledged();
        lost += ledger.lost();
        duplicated += ledger.duplicated();
      }
    }
    return new Counts(acknowledged, lost, duplicated);
  }
}
