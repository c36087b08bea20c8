package io.flotilla.shardkv.group;

import io.flotilla.shardkv.group.KvResult.Reason;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;

/**
 * What applying a client's operation does: at most once for ever, wherever the shard goes.
 *
 * <p>The order of the checks is the protocol. Ownership comes first: a group that does not own the
 * shard knows nothing of its sessions, and "expired" or "stale" from it would be final although the
 * owner may still execute. The session's watermark comes before its row, because the row of an
 * expired session is gone and a missing row must not mean "new". Pure over states and rows.
 */
final class ClientRules {
  private final ShardStates states;
  private final SessionRows sessions;
  private final ChangeRules changes;
  private final ChangedKeys changed;

  ClientRules(ShardStates states, ShardRows rows, ChangedKeys changed) {
    this.states = states;
    this.sessions = new SessionRows(rows);
    this.changes = new ChangeRules(rows);
    this.changed = changed;
  }

  KvResult apply(KvCommand.Mutate operation) throws StoreDamage {
    ShardState state = states.get(operation.shard());
    if (state.phase().parks()) {
      return new KvResult.Parked();
    }
    // SAFETY ownership-at-apply: only the owner executes, and it knows the sessions
    if (!state.phase().serves()) {
      return new KvResult.WrongOwner(state.forward());
    }
    OpId id = operation.id();
    if (!id.isWellFormed()) {
      return new KvResult.Refused(Reason.MALFORMED);
    }
    return id.hasSession() ? once(operation, state) : unrecorded(operation, state);
  }

  /** Outside a session nothing is retried, so nothing needs to be remembered. */
  private KvResult unrecorded(KvCommand.Mutate operation, ShardState state) throws StoreDamage {
    ChangeRules.Effect effect =
        changes.apply(state.namespace(operation.shard()), state.tally(), operation);
    commit(operation, state, effect.tally());
    return new KvResult.Answered(effect.answer());
  }

  private void commit(KvCommand.Mutate operation, ShardState before, ShardState.Tally tally) {
    ShardState after = before.with(tally);
    boolean hasChanged = tally.counter() > before.tally().counter();
    states.set(
        operation.shard(),
        hasChanged ? changed.record(operation.shard(), after, operation.key()) : after);
  }

  private KvResult once(KvCommand.Mutate operation, ShardState state) throws StoreDamage {
    OpId id = operation.id();
    // SAFETY expired-stays-expired: a missing row of an old session is not new
    if (id.block() < state.tally().expireBefore()) {
      return new KvResult.Refused(Reason.SESSION_EXPIRED);
    }
    Namespace namespace = state.namespace(operation.shard());
    Optional<SessionRow> found = sessions.get(namespace, id.session());
    SessionRow row = found.orElse(SessionRow.NEW);
    // SAFETY first-incomplete-grows: a late attempt brings nothing back
    long firstIncomplete = Math.max(row.firstIncomplete(), id.firstIncomplete());
    // SAFETY stale-is-never-executed: its record may be pruned
    if (id.seq() < firstIncomplete) {
      // Its record may be pruned, so nobody can say any more whether it was executed.
      return new KvResult.Refused(Reason.STALE);
    }
    Optional<Answer> known = row.answer(id.seq());
    // SAFETY recorded-answer-again: a retry has no second effect
    if (known.isPresent()) {
      return new KvResult.Answered(known.get());
    }
    if (id.seq() - firstIncomplete >= Limits.OUTSTANDING_MAX
        || (found.isEmpty() && states.sessionRows() >= Limits.SESSION_ROWS_MAX)) {
      return new KvResult.Refused(Reason.BUSY);
    }
    ChangeRules.Effect effect = changes.apply(namespace, state.tally(), operation);
    sessions.put(namespace, id.session(), row.record(firstIncomplete, id.seq(), effect.answer()));
    ShardState.Tally tally = effect.tally();
    commit(operation, state, found.isEmpty() ? tally.withSessions(tally.sessions() + 1) : tally);
    return new KvResult.Answered(effect.answer());
  }
}
