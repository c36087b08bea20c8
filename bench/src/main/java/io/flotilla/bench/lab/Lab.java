package io.flotilla.bench.lab;

import java.util.List;
import java.util.Optional;

/** All scenarios, in the order in which a lecture would come to them. */
public final class Lab {
  private static final List<Scenario> SCENARIOS =
      List.of(
          new Spof(),
          new SplitBrain(),
          new SplitVote(),
          new LogsA(),
          new LogsB(),
          new Figure8(),
          new MinorityLeader(),
          new Duplicate(),
          new Timeouts());

  private Lab() {}

  /** Every scenario. */
  public static List<Scenario> scenarios() {
    return SCENARIOS;
  }

  /** The scenario of this name, if there is one. */
  public static Optional<Scenario> find(String name) {
    return SCENARIOS.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
