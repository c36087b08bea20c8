package io.flotilla.raft.host;

/** One thing a node is in its cluster: a holder of the controller, a holder of data. */
public interface NodeRole {
  /**
   * Opens the role's groups and binds its methods; called once on the loop, after recovery.
   *
   * @throws StartFailure if what is on disk does not allow it
   */
  void start(NodeAccess node) throws StartFailure;

  /** Ends the role's own work; its groups are closed by the host. Called on the loop. */
  void stop();
}
