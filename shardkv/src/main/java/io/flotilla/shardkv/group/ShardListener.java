package io.flotilla.shardkv.group;

/** Hears of every shard whose standing changes: its phase, epoch, fence or move. */
public interface ShardListener {
  /**
   * Called on the group's loop: after the command that changed it was applied in full and before
   * that command is answered, or after a restored checkpoint took the place of the state. It must
   * not propose in a way that applies within the call.
   */
  void changed(int shard, ShardState before, ShardState after);
}
