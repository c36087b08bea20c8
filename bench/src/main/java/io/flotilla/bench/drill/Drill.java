package io.flotilla.bench.drill;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The drills there are. */
public enum Drill {
  JOIN_LEAVE("a group joins, and leaves again", false),
  MOVE_STORM("shards are moved about all the time", false),
  KILL_LEADERS("kill -9 of leaders and of any node", true),
  PAUSE("a node is stopped for a while and goes on as if nothing had been", true),
  PARTITION("a node is cut off, in both directions or in one", true),
  ROLLING_RESTART("one node after the other is restarted", true);

  private final String about;
  private final boolean needsProcesses;

  Drill(String about, boolean needsProcesses) {
    this.about = about;
    this.needsProcesses = needsProcesses;
  }

  /** The drill of this name, as the command line spells it. */
  public static Optional<Drill> named(String word) {
    return Arrays.stream(values()).filter(drill -> drill.word().equals(word)).findFirst();
  }

  /** All names. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Drill::word).toList();
  }

  /** The name as the command line spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it does, in words. */
  public String about() {
    return about;
  }

  /** Whether it can only be held on a cluster whose processes it may end. */
  public boolean needsProcesses() {
    return needsProcesses;
  }

  /** Whether it needs to stand between the nodes. */
  public boolean needsCuts() {
    return this == PARTITION;
  }

  void play(Stage stage) throws IOException {
    switch (this) {
      case JOIN_LEAVE -> ConfigChanges.joinLeave(stage);
      case MOVE_STORM -> ConfigChanges.moveStorm(stage);
      case KILL_LEADERS -> NodeFaults.killLeaders(stage);
      case PAUSE -> NodeFaults.pause(stage);
      case PARTITION -> NodeFaults.partition(stage);
      case ROLLING_RESTART -> NodeFaults.rollingRestart(stage);
    }
  }
}
