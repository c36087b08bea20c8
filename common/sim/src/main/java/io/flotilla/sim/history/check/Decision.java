package io.flotilla.sim.history.check;

/**
 * What was found out about one key.
 *
 * @param outcome the finding
 * @param reason for a violation, one sentence; else empty
 */
record Decision(Outcome outcome, String reason) {
  static final Decision LINEARIZABLE = new Decision(Outcome.LINEARIZABLE, "");
  static final Decision UNDECIDED = new Decision(Outcome.UNDECIDED, "");

  static Decision violation(String reason) {
    return new Decision(Outcome.VIOLATION, reason);
  }

  static Decision ofSearch(Outcome outcome) {
    return switch (outcome) {
      case LINEARIZABLE -> LINEARIZABLE;
      case UNDECIDED -> UNDECIDED;
      case VIOLATION -> violation("no order of the operations explains what they answered");
    };
  }

  boolean isViolation() {
    return outcome == Outcome.VIOLATION;
  }
}
