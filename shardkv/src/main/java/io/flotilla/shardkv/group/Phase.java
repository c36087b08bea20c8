package io.flotilla.shardkv.group;

/** How a group stands to a shard. The codes are part of the checkpoint format and never change. */
public enum Phase {
  /** Not here. */
  ABSENT(0),
  /** Owned and served. */
  SERVING(1),
  /** Owned and served while a move of it is under way. */
  EXPORTING(2),
  /** Owned, but nothing has an effect on it any more; calls are parked. */
  FROZEN(3),
  /** Its rows are coming in. */
  STAGING(4),
  /** Its rows are all here; calls are parked until the controller has decided. */
  READY(5);

  private final int code;

  Phase(int code) {
    this.code = code;
  }

  /** Whether operations of clients take effect here. */
  public boolean serves() {
    return this == SERVING || this == EXPORTING;
  }

  /** Whether calls wait here for the move to be decided. */
  public boolean parks() {
    return this == FROZEN || this == READY;
  }

  /** Whether its rows may be on their way to another group. */
  boolean leaves() {
    return this == EXPORTING || this == FROZEN;
  }

  /** Whether its rows have come, or come, from another group and are not served yet. */
  boolean arrives() {
    return this == STAGING || this == READY;
  }

  int code() {
    return code;
  }

  static boolean isCode(int code) {
    return code >= 0 && code < values().length;
  }

  static Phase ofCode(int code) {
    for (Phase phase : values()) {
      if (phase.code == code) {
        return phase;
      }
    }
    throw new AssertionError("no phase has code " + code);
  }
}
