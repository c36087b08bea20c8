package io.flotilla.raft.core.quorum;

/** How far each voter is: an index, a read round, a time of contact. */
public interface Reached {
  /** The value that {@code node} has reached. */
  long by(int node);
}
