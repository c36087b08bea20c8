package io.flotilla.shardkv.group;

import io.flotilla.raft.GroupId;

/**
 * How a group stands to a shard, as reported to the other rooms and nodes.
 *
 * @param stamp the move the shard is in or was in last, with the epoch of that move while it is
 *     under way and of the ownership otherwise, and the group that reports
 * @param phase how the group stands to it
 * @param fence highest epoch seen
 * @param verdict what became of the command this answers
 * @param reason why only an abort can help; empty if nothing is wrong
 * @param rows live data rows
 * @param bytes bytes of their keys and values
 * @param rounds of catching up with changes, at a destination
 */
public record ShardStatus(
    Stamp stamp,
    Phase phase,
    long fence,
    Verdict verdict,
    String reason,
    long rows,
    long bytes,
    int rounds) {
  /** What became of a control command. */
  public enum Verdict {
    /** It took effect, now or before; or there was no command. */
    ACCEPTED,
    /** It was below the fence: what it wanted is over, one way or the other. */
    SUPERSEDED,
    /** It did not fit the state and changed nothing. */
    REFUSED
  }

  static ShardStatus of(GroupId group, int shard, ShardState state, Verdict verdict) {
    ShardState.Transit transit = state.transit();
    long epoch = state.phase() == Phase.SERVING ? state.epoch() : transit.epoch();
    return new ShardStatus(
        new Stamp(transit.move(), shard, epoch, group),
        state.phase(),
        state.fence(),
        verdict,
        transit.reason(),
        state.tally().rows(),
        state.tally().bytes(),
        transit.carried().rounds());
  }
}
