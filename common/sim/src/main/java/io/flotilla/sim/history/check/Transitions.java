package io.flotilla.sim.history.check;

/**
 * What jobs do to the state of a key. A job's type is its transition function: two jobs of one type
 * are the same but for their times, which is what lets the search always take the more urgent
 * first.
 */
interface Transitions {
  /** The job cannot take effect in this state. */
  int REFUSED = -1;

  /** No type. */
  int NONE = -1;

  /** The state after a job of {@code type} takes effect in {@code state}, or {@link #REFUSED}. */
  int step(int state, int type);

  /** True if jobs of this type never change any state. */
  boolean isPure(int type);

  /**
   * True if jobs of this type may happen inside another job that leaves a state they fit: those who
   * only need some value not to be there.
   */
  boolean fitsWithin(int type);

  /** How many types there are; types are 0 up to this. */
  int typeCount();

  /**
   * The only type of job that may end {@code state}, because a certain job needs this state and the
   * state never comes back; {@link #NONE} if any may.
   */
  int onlyExit(int state);
}
