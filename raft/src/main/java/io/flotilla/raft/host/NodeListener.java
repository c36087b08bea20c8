package io.flotilla.raft.host;

/** Hears how a node's start went, on its loop. */
public interface NodeListener {
  /** The directory belongs to no cluster yet: the node waits to be born and serves nothing else. */
  void waiting();

  /** Recovered; all roles have started. */
  void started();

  /** It cannot start; the reason is one line for the operator. */
  void failed(String reason);

  /** Something on the disk is damaged and is being fetched from peers again; one line. */
  void damaged(String what);

  /**
   * The cluster does not take this node as it is, and says why in one line; told once for each
   * reason. The node goes on asking: what is wrong may be put right elsewhere.
   */
  default void refused(String reason) {}

  /** Something an operator may want to know of, in one line; the node goes on. */
  default void noticed(String line) {}

  /** The disk failed while running: the node promises nothing until it is restarted. */
  void latched(String reason);
}
