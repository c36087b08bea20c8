package io.flotilla.bench.drill;

import io.flotilla.v1.GroupStatusMessage;
import io.flotilla.v1.StatusResponse;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Drills that do something to one node at a time. One thread. */
final class NodeFaults {
  private static final long DEAD_MILLIS_MIN = 2_500;
  private static final int DEAD_MILLIS_SPREAD = 1_500;
  private static final long REST_MILLIS = 1_500;
  private static final long FROZEN_MILLIS_MIN = 1_000;
  private static final int FROZEN_MILLIS_SPREAD = 3_000;
  private static final long CUT_MILLIS_MIN = 2_500;
  private static final int CUT_MILLIS_SPREAD = 2_500;

  private NodeFaults() {}

  /** SIGKILL, a few seconds without the node, and it comes back with what was on its disk. */
  static void killLeaders(Stage stage) throws IOException {
    while (stage.goesOn()) {
      int node = victim(stage);
      RecordedLoad.Fault dead = stage.fault("kill -9 of node %d, %s", node, duties(stage, node));
      stage.site().kill(node);
      stage.holdFully(DEAD_MILLIS_MIN + stage.random().nextInt(DEAD_MILLIS_SPREAD));
      stage.site().start(node);
      dead.over();
      stage.hold(REST_MILLIS);
    }
  }

  /** A node that does not know that time has passed. */
  static void pause(Stage stage) throws IOException {
    while (stage.goesOn()) {
      int node = victim(stage);
      RecordedLoad.Fault frozen = stage.fault("pause of node %d, %s", node, duties(stage, node));
      stage.site().freeze(node);
      try {
        stage.holdFully(FROZEN_MILLIS_MIN + stage.random().nextInt(FROZEN_MILLIS_SPREAD));
      } finally {
        stage.site().thaw(node);
      }
      frozen.over();
      stage.hold(REST_MILLIS);
    }
  }

  /** One node against all others; now and then only one of the two directions. */
  static void partition(Stage stage) {
    while (stage.goesOn()) {
      int node = victim(stage);
      int kind = stage.random().nextInt(4);
      String how = kind == 0 ? "is not heard" : kind == 1 ? "hears nobody" : "is cut off";
      RecordedLoad.Fault cut = stage.fault("node %d %s, %s", node, how, duties(stage, node));
      for (int other : stage.site().nodes()) {
        if (other != node && kind != 1) {
          stage.site().cut(node, other);
        }
        if (other != node && kind != 0) {
          stage.site().cut(other, node);
        }
      }
      try {
        stage.holdFully(CUT_MILLIS_MIN + stage.random().nextInt(CUT_MILLIS_SPREAD));
      } finally {
        stage.site().heal();
      }
      cut.over();
      stage.hold(REST_MILLIS);
    }
  }

  /** What an operator does for an upgrade. */
  static void rollingRestart(Stage stage) throws IOException {
    while (stage.goesOn()) {
      for (int node : stage.site().nodes()) {
        if (stage.goesOn()) {
          RecordedLoad.Fault restart = stage.fault("restart of node %d", node);
          stage.site().stop(node);
          stage.site().start(node);
          restart.over();
          stage.hold(REST_MILLIS);
        }
      }
    }
  }

  /** A leader of a group, the controller's leader, or anybody. */
  private static int victim(Stage stage) {
    List<Integer> nodes = stage.site().nodes();
    int anybody = nodes.get(stage.random().nextInt(nodes.size()));
    int kind = stage.random().nextInt(4);
    StatusResponse status = stage.status();
    if (kind == 0) {
      return anybody;
    }
    if (kind == 1) {
      return status.getControllerLeader() == 0 ? anybody : status.getControllerLeader();
    }
    List<Integer> leaders =
        status.getGroupsList().stream()
            .map(GroupStatusMessage::getLeader)
            .filter(leader -> leader != 0)
            .toList();
    return leaders.isEmpty() ? anybody : leaders.get(stage.random().nextInt(leaders.size()));
  }

  /** What would be missed. */
  private static String duties(Stage stage, int node) {
    StatusResponse status = stage.status();
    String groups =
        status.getGroupsList().stream()
            .filter(group -> group.getLeader() == node)
            .map(group -> Integer.toString(group.getGid()))
            .collect(Collectors.joining(", "));
    boolean isController = status.getControllerLeader() == node;
    if (groups.isEmpty()) {
      return isController ? "leader of the controller" : "leader of nothing";
    }
    return "leader of " + (isController ? "the controller and " : "") + "group " + groups;
  }
}
