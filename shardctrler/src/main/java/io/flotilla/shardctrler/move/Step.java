package io.flotilla.shardctrler.move;

/** What the controller tells a group in the course of a move. */
public enum Step {
  BEGIN_IMPORT(true),
  BEGIN_EXPORT(false),
  ACTIVATE(true),
  RELEASE(false),
  END(false),
  DROP(true);

  private final boolean isToTarget;

  Step(boolean isToTarget) {
    this.isToTarget = isToTarget;
  }

  /** Whether it goes to the target of the move, not to its source. */
  public boolean isToTarget() {
    return isToTarget;
  }
}
