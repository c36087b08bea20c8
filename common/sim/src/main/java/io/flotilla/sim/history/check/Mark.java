package io.flotilla.sim.history.check;

/**
 * A point on the line on which jobs are ordered. At one time, calls come before returns: operations
 * that touch in a point count as concurrent, which can hide a violation of zero length but never
 * invents one. The two later places hold blocks of values, see {@link Zones}.
 */
record Mark(long time, int place) implements Comparable<Mark> {
  static final int CALL = 0;
  static final int RETURN = 1;
  static final int ZONE_CALL = 2;
  static final int ZONE_RETURN = 3;
  static final Mark OPEN = new Mark(KeyOp.OPEN, RETURN);

  static Mark call(long time) {
    return new Mark(time, CALL);
  }

  static Mark returned(long time) {
    return time == KeyOp.OPEN ? OPEN : new Mark(time, RETURN);
  }

  @Override
  public int compareTo(Mark other) {
    int byTime = Long.compare(time, other.time);
    return byTime != 0 ? byTime : Integer.compare(place, other.place);
  }
}
