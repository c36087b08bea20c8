package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;

/**
 * One operation of one key, in numbers (see {@link Values}).
 *
 * @param client number of the client
 * @param answer what a get saw; {@link #YES} or {@link #NO} for delete and cas
 * @param returned when it was answered; {@link #OPEN} unless the status is ok
 */
record KeyOp(
    int client,
    OpKind kind,
    OpStatus status,
    int value,
    int expect,
    int answer,
    long call,
    long returned) {

  static final long OPEN = Long.MAX_VALUE;
  static final int NO = 0;
  static final int YES = 1;

  /** Whether it surely took effect, as opposed to maybe. */
  boolean isCertain() {
    return status == OpStatus.OK;
  }

  /** Whether it can change the key, should it take effect. */
  boolean mayWrite() {
    return switch (kind) {
      case GET -> false;
      case PUT, APPEND -> true;
      case DELETE, CAS -> !isCertain() || answer == YES;
    };
  }

  /** The same operation, of which nothing is known but that it was asked. */
  KeyOp asUnknown() {
    return new KeyOp(client, kind, OpStatus.UNKNOWN, value, expect, NO, call, OPEN);
  }

  KeyOp withAnswer(int settled) {
    return new KeyOp(client, kind, status, value, expect, settled, call, returned);
  }
}
