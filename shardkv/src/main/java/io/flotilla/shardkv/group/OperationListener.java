package io.flotilla.shardkv.group;

/** Hears what became of clients' operations: for metrics and for invariants over all groups. */
public interface OperationListener {
  /**
   * Called on the group's loop when {@code operation} was applied, on every replica, again when a
   * restart applies it again, and before the shards it may have touched are seen by anybody.
   */
  void applied(KvCommand.Mutate operation, KvResult result);
}
