package io.flotilla.sim;

/** Something that happens at one instant of virtual time, to one life of a node or to the world. */
class Event {
  final long timeNanos;
  final long sequence;
  final Life life;
  final String label;
  final long digest;
  private final Runnable action;

  Event(long timeNanos, long sequence, Life life, String label, long digest, Runnable action) {
    this.timeNanos = timeNanos;
    this.sequence = sequence;
    this.life = life;
    this.label = label;
    this.digest = digest;
    this.action = action;
  }

  /** Whether it is no longer to happen. */
  boolean isOff() {
    return !life.isAlive();
  }

  void happen() {
    action.run();
  }

  /** Equal instants are told apart by the order of scheduling, so that a run has one order only. */
  boolean isBefore(Event other) {
    return timeNanos < other.timeNanos
        || (timeNanos == other.timeNanos && sequence < other.sequence);
  }
}
