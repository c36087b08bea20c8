package io.flotilla.shardctrler.service;

import java.util.List;

/** Names of the calls that the controller's leader answers. */
final class Methods {
  static final String JOIN = "flotilla.v1.Controller/Join";
  static final String LEAVE = "flotilla.v1.Controller/Leave";
  static final String MOVE = "flotilla.v1.Controller/Move";
  static final String REBALANCE = "flotilla.v1.Controller/Rebalance";
  static final String CANCEL = "flotilla.v1.Controller/Cancel";
  static final String PIN = "flotilla.v1.Controller/Pin";
  static final String UNPIN = "flotilla.v1.Controller/Unpin";
  static final String TRANSFER_LEADER = "flotilla.v1.Controller/TransferLeader";
  static final String QUERY = "flotilla.v1.Controller/Query";
  static final String WATCH_AFTER = "flotilla.v1.Controller/WatchAfter";
  static final String WATCH = "flotilla.v1.Controller/Watch";
  static final String MOVES = "flotilla.v1.Controller/Moves";
  static final String NODES = "flotilla.v1.Controller/Nodes";
  static final String STATUS = "flotilla.v1.Controller/Status";
  static final String REGISTER = "flotilla.internal.v1.Node/Register";
  static final String LEASE_BLOCK = "flotilla.internal.v1.Node/LeaseBlock";
  static final String REPORT = "flotilla.internal.v1.Group/Report";
  static final String FORWARD = "flotilla.internal.v1.Forward/Controller";
  static final String HELLO = "flotilla.internal.v1.Node/Hello";
  static final String REPLICAS = "flotilla.internal.v1.Node/Replicas";

  /** Bound on every node; one that does not lead the controller passes them on. */
  static final List<String> SERVED =
      List.of(
          JOIN,
          LEAVE,
          MOVE,
          REBALANCE,
          CANCEL,
          PIN,
          UNPIN,
          TRANSFER_LEADER,
          QUERY,
          WATCH_AFTER,
          MOVES,
          NODES,
          STATUS,
          REGISTER,
          LEASE_BLOCK,
          REPORT);

  private static final List<String> QUESTIONS =
      List.of(QUERY, WATCH_AFTER, MOVES, NODES, STATUS, REPORT);

  private Methods() {}

  /**
   * Whether it changes nothing, so that it may be asked again and failing to answer is harmless.
   */
  static boolean isQuestion(String method) {
    return QUESTIONS.contains(method);
  }
}
