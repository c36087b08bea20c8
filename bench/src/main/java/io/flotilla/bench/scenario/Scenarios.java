package io.flotilla.bench.scenario;

import io.flotilla.bench.cluster.Scenario;
import java.util.List;
import java.util.Optional;

/** All scenarios there are. */
public final class Scenarios {
  private static final List<Scenario> ALL =
      List.of(
          new FrozenSource(),
          new GroupGone(),
          new LostPoll(),
          new NodeWithoutMap(),
          new WipedNode());

  private Scenarios() {}

  /** All of them, by name. */
  public static List<Scenario> all() {
    return ALL;
  }

  /** The one of this name. */
  public static Optional<Scenario> find(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
