package io.flotilla.bench.drill.report;

import io.flotilla.bench.drill.Judgement;
import io.flotilla.v1.MoveMessage;
import java.util.List;
import java.util.SortedMap;

/**
 * Everything there is to say of one drill. Immutable.
 *
 * @param drill its name
 * @param seed what it did followed from this
 * @param clients how many ran
 * @param judgement the verdict on linearizability
 * @param seen what clients saw
 * @param audit where acknowledged writes went
 * @param moves shards that were moved
 * @param refusals why operations ended without an acknowledgement
 * @param problems what else did not hold, in words
 */
public record DrillReport(
    String drill,
    long seed,
    int clients,
    Judgement judgement,
    Analysis seen,
    WriteAudit audit,
    List<MoveMessage> moves,
    SortedMap<String, Long> refusals,
    List<String> problems) {
  public DrillReport {
    moves = List.copyOf(moves);
    problems = List.copyOf(problems);
  }

  /** Whether all of it held: linearizable, exactly once, nothing lost, every shard owned. */
  public boolean held() {
    return judgement.kind() == Judgement.Kind.LINEARIZABLE
        && audit.lost() == 0
        && audit.duplicated() == 0
        && audit.unread() == 0
        && problems.isEmpty();
  }

  /** Whether nothing was found to be wrong, but not everything could be decided. */
  public boolean isUndecided() {
    return judgement.kind() == Judgement.Kind.UNDECIDED
        && audit.lost() == 0
        && audit.duplicated() == 0
        && problems.isEmpty();
  }

  /** One word: linearizable, violation, undecided, or failed if it is something else. */
  public String verdict() {
    return switch (judgement.kind()) {
      case VIOLATION -> "violation";
      case UNDECIDED -> isUndecided() ? "undecided" : "failed";
      case LINEARIZABLE -> held() ? "linearizable" : "failed";
    };
  }
}
