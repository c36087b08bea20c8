package io.flotilla.shardkv.service;

import io.flotilla.raft.RaftGroup;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.group.KvResult;

/**
 * A group of shards with a replica here. Owned by the loop.
 *
 * @param raft its consensus
 * @param machine its state
 */
public record OpenGroup(RaftGroup<KvResult> raft, KvMachine machine) {
  /** Whether its leader is here, for all that is known here. */
  public boolean isLedHere() {
    return raft.status().isLeader();
  }
}
