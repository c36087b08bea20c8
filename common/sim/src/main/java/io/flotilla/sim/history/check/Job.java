package io.flotilla.sim.history.check;

/**
 * Something that takes effect at one point of time, between two marks.
 *
 * @param type what it does, see {@link Transitions}
 * @param call not before this mark
 * @param returned not after this mark; {@link Mark#OPEN} if it may also never happen
 */
record Job(int type, Mark call, Mark returned) {
  boolean isCertain() {
    return returned.time() != KeyOp.OPEN;
  }
}
