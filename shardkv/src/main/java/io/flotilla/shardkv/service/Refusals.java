package io.flotilla.shardkv.service;

import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.Refusal;

/** Outcomes that are no answers; all but "unknown" promise that the attempt had no effect. */
final class Refusals {
  private Refusals() {}

  static Outcome notLeader(int leader) {
    return Outcome.newBuilder()
        .setRefusal(Refusal.newBuilder().setCode(Refusal.Code.NOT_LEADER).setLeader(leader))
        .build();
  }

  static Outcome wrongOwner(ShardState.Forward forward) {
    return Outcome.newBuilder()
        .setRefusal(
            Refusal.newBuilder()
                .setCode(Refusal.Code.WRONG_OWNER)
                .setOwner(forward.gid())
                .setOwnerEpoch(forward.epoch()))
        .build();
  }

  static Outcome busy() {
    return of(Refusal.Code.BUSY, "a bound of this node is reached");
  }

  static Outcome invalid(String message) {
    return of(Refusal.Code.INVALID_ARGUMENT, message);
  }

  static Outcome outOfTime() {
    return of(Refusal.Code.UNAVAILABLE, "its time ran out before it was proposed");
  }

  static Outcome unavailable(String message) {
    return of(Refusal.Code.UNAVAILABLE, message);
  }

  static Outcome unknown() {
    return of(Refusal.Code.UNKNOWN, "proposed, but leadership was lost before it was applied");
  }

  static Outcome refused(KvResult.Reason reason) {
    return switch (reason) {
      case BUSY -> of(Refusal.Code.BUSY, "the session table is full");
      case STALE -> of(Refusal.Code.STALE, "the client has given this call up");
      case SESSION_EXPIRED -> of(Refusal.Code.SESSION_EXPIRED, "the session has expired");
      case MALFORMED -> invalid("the operation cannot be understood");
    };
  }

  private static Outcome of(Refusal.Code code, String message) {
    return Outcome.newBuilder()
        .setRefusal(Refusal.newBuilder().setCode(code).setMessage(message))
        .build();
  }
}
