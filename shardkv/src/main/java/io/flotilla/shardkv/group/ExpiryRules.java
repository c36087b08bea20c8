package io.flotilla.shardkv.group;

import io.flotilla.shardkv.store.StoreDamage;

/**
 * When sessions end. The controller's word reaches every group in any order and any number of
 * times; a shard's watermark only grows, and it rests while the shard is in transit: a source that
 * forgot sessions after its freeze would send two different versions of its last rows. Pure over
 * states and rows.
 */
final class ExpiryRules {
  private final ShardStates states;
  private final SessionRows sessions;

  ExpiryRules(ShardStates states, ShardRows rows) {
    this.states = states;
    this.sessions = new SessionRows(rows);
  }

  /** The group was told that sessions of lower blocks are over. */
  void expire(KvCommand.ExpireBefore command) throws StoreDamage {
    states.raiseExpireBefore(command.block());
    long left = Limits.SWEEP_ROWS_MAX;
    for (int shard = 0; shard < states.bound(); shard++) {
      ShardState state = states.get(shard);
      // SAFETY expiry-rests-in-transit: a frozen source sends the same rows every time
      if (state.phase().serves()) {
        ShardState swept = caughtUp(shard, state, left);
        left -= state.tally().sessions() - swept.tally().sessions();
        states.set(shard, swept);
      }
    }
  }

  /** A shard that is served (again) catches up with what the group has heard meanwhile. */
  ShardState caughtUp(int shard, ShardState state) throws StoreDamage {
    return caughtUp(shard, state, Limits.SWEEP_ROWS_MAX);
  }

  private ShardState caughtUp(int shard, ShardState state, long rowsMax) throws StoreDamage {
    ShardState.Tally tally = state.tally().expiredBefore(states.expireBefore());
    long removed = sessions.removeBefore(state.namespace(shard), tally.expireBefore(), rowsMax);
    return state.with(tally.withSessions(tally.sessions() - removed));
  }
}
