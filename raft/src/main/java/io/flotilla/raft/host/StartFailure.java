package io.flotilla.raft.host;

/** Why a node cannot start, in one line for its operator. Nothing was changed. */
public final class StartFailure extends Exception {
  private static final long serialVersionUID = 1;

  public StartFailure(String message) {
    super(message);
  }
}
