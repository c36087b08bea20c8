package io.flotilla.sim.history.check;

/**
 * Something that takes effect at one point of time, between two marks.
 *
 * <p>A job can stand for a whole chain of values (see {@link ValueChains}). For everybody who needs
 * another value or none, the chain happens at one point; but an operation that is content with any
 * of its values ({@link Transitions#fitsWithin}) may also happen inside, from the chain's start on.
 *
 * @param type what it does, see {@link Transitions}
 * @param start it does not begin before this mark
 * @param call it is not over before this mark
 * @param returned not after this mark; {@link Mark#OPEN} if it may also never happen
 */
record Job(int type, Mark start, Mark call, Mark returned) {
  /** A job that begins and is over at once. */
  static Job at(int type, Mark call, Mark returned) {
    return new Job(type, call, call, returned);
  }

  boolean isCertain() {
    return returned.time() != KeyOp.OPEN;
  }
}
