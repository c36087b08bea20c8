package io.flotilla.shardkv.group;

import io.flotilla.base.check.Check;
import io.flotilla.shardkv.group.ShardState.Forward;
import io.flotilla.shardkv.group.ShardState.Tally;
import io.flotilla.shardkv.group.ShardState.Transit;
import io.flotilla.shardkv.group.ShardStatus.Verdict;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;

/**
 * What the commands of a move do to a shard. Each is idempotent, counts only for the life of the
 * group it was sent to, is superseded below the fence and takes effect only in the state of the
 * same move; one that does not fit changes nothing, the fence included, because a fence raised by a
 * stray command could shut out the one this shard waits for. Pure over states and rows.
 */
final class MoveRules {
  private final ShardStates states;
  private final ShardRows rows;
  private final ExpiryRules expiry;
  private final ChangedKeys changes;

  MoveRules(ShardStates states, ShardRows rows, ExpiryRules expiry, ChangedKeys changes) {
    this.states = states;
    this.rows = rows;
    this.expiry = expiry;
    this.changes = changes;
  }

  /**
   * What a command makes of a state; empty if it does not fit it, the same if it is a repetition.
   */
  private interface Step {
    Optional<ShardState> from(ShardState state) throws StoreDamage;
  }

  private ShardStatus take(Stamp stamp, Step step) throws StoreDamage {
    ShardState state = states.get(stamp.shard());
    // SAFETY only-this-life-of-the-group: a command for an earlier life has no effect
    if (!stamp.group().equals(states.group())) {
      return status(stamp, state, Verdict.REFUSED);
    }
    // SAFETY fenced: a dead move does nothing any more
    if (stamp.epoch() < state.fence()) {
      return status(stamp, state, Verdict.SUPERSEDED);
    }
    Optional<ShardState> next = step.from(state);
    if (next.isEmpty()) {
      return status(stamp, state, Verdict.REFUSED);
    }
    Check.that(next.get().fence() >= state.fence(), "fence of shard %d", stamp.shard());
    states.set(stamp.shard(), next.get());
    return status(stamp, next.get(), Verdict.ACCEPTED);
  }

  private ShardStatus status(Stamp stamp, ShardState state, Verdict verdict) {
    return ShardStatus.of(states.group(), stamp.shard(), state, verdict);
  }

  /** ABSENT, or STAGING or READY of a lower epoch, becomes STAGING; READY at once if it is new. */
  ShardStatus beginImport(Stamp stamp, int from) throws StoreDamage {
    return take(
        stamp,
        state -> {
          if (state.isIn(stamp)) {
            return Optional.of(state);
          }
          boolean free = state.phase() == Phase.ABSENT || state.phase().arrives();
          // SAFETY import-above-the-fence: a shard is taken in once, under a new epoch
          if (stamp.epoch() <= state.fence() || !free) {
            return Optional.empty();
          }
          dropRows(stamp.shard(), state);
          Phase phase = from == 0 ? Phase.READY : Phase.STAGING;
          Transit transit = Transit.begun(stamp.move(), stamp.epoch(), from, 0, 0);
          Forward forward = new Forward(from, 0);
          long epoch = stamp.epoch();
          return Optional.of(
              new ShardState(phase, epoch, epoch, epoch, transit, Tally.EMPTY, forward));
        });
  }

  /** SERVING becomes EXPORTING; service goes on. */
  ShardStatus beginExport(KvCommand.BeginExport command) throws StoreDamage {
    Stamp stamp = command.stamp();
    return take(
        stamp,
        state -> {
          if (state.isIn(stamp)) {
            return Optional.of(state);
          }
          // SAFETY export-only-what-is-served: under an epoch nobody has seen
          if (stamp.epoch() <= state.fence() || state.phase() != Phase.SERVING) {
            return Optional.empty();
          }
          Transit transit =
              Transit.begun(
                  stamp.move(),
                  stamp.epoch(),
                  command.to(),
                  command.toIncarnation(),
                  state.tally().counter());
          return Optional.of(state.with(transit).fencedAt(stamp.epoch()).in(Phase.EXPORTING));
        });
  }

  /** The destination holds all changes up to a counter. */
  ShardStatus trim(Stamp stamp, long upTo) throws StoreDamage {
    return take(
        stamp,
        state ->
            state.isIn(stamp) && state.phase() == Phase.EXPORTING
                ? Optional.of(changes.trim(stamp.shard(), state, upTo))
                : Optional.empty());
  }

  /**
   * EXPORTING becomes FROZEN: from here on nothing has an effect on the shard. Not if a change was
   * not remembered: the destination would become ready without it.
   */
  ShardStatus freeze(Stamp stamp) throws StoreDamage {
    return take(
        stamp,
        state -> {
          if (!state.isIn(stamp) || state.transit().isStuck()) {
            return Optional.empty();
          }
          return Optional.of(state.phase() == Phase.EXPORTING ? state.in(Phase.FROZEN) : state);
        });
  }

  /** READY becomes SERVING. */
  ShardStatus activate(Stamp stamp) throws StoreDamage {
    return take(
        stamp,
        state -> {
          // SAFETY activate-only-ready: a shard is served when all of it is there
          if (!state.isIn(stamp) || state.phase() == Phase.STAGING) {
            return Optional.empty();
          }
          return Optional.of(
              state.phase() == Phase.READY
                  ? expiry.caughtUp(stamp.shard(), state.servedAt(stamp.epoch()))
                  : state);
        });
  }

  /** EXPORTING or FROZEN becomes ABSENT: the shard lives elsewhere now. */
  ShardStatus release(Stamp stamp, int to) throws StoreDamage {
    return take(
        stamp,
        state -> {
          if (!state.isIn(stamp)) {
            return Optional.empty();
          }
          if (!state.phase().leaves()) {
            return Optional.of(state).filter(s -> s.phase() == Phase.ABSENT);
          }
          dropRows(stamp.shard(), state);
          return Optional.of(state.gone(stamp.epoch(), new Forward(to, stamp.epoch())));
        });
  }

  /**
   * EXPORTING or FROZEN becomes SERVING under a new epoch with the rows in place. A source where
   * nothing was begun takes that epoch too, so that a late beginning of the dead move does nothing.
   */
  ShardStatus end(Stamp stamp) throws StoreDamage {
    return take(
        stamp,
        state -> {
          if (state.phase().leaves() && state.transit().isBurntBy(stamp)) {
            changes.clear(stamp.shard(), state);
            return Optional.of(expiry.caughtUp(stamp.shard(), state.servedAt(stamp.epoch())));
          }
          if (state.phase() == Phase.SERVING) {
            return Optional.of(state.servedAt(stamp.epoch()));
          }
          return fencedIfAbsent(stamp, state);
        });
  }

  /** STAGING or READY becomes ABSENT, and what came in is forgotten. */
  ShardStatus drop(Stamp stamp) throws StoreDamage {
    return take(
        stamp,
        state -> {
          if (state.phase().arrives() && state.transit().isBurntBy(stamp)) {
            dropRows(stamp.shard(), state);
            Forward source = new Forward(state.transit().peer(), stamp.epoch());
            return Optional.of(state.gone(stamp.epoch(), source));
          }
          return fencedIfAbsent(stamp, state);
        });
  }

  private static Optional<ShardState> fencedIfAbsent(Stamp stamp, ShardState state) {
    return state.phase() == Phase.ABSENT
        ? Optional.of(state.fencedAt(stamp.epoch()))
        : Optional.empty();
  }

  private void dropRows(int shard, ShardState state) {
    if (state.rowEpoch() != 0) {
      rows.dropNamespace(state.namespace(shard));
    }
  }
}
