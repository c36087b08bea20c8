package io.flotilla.base.runtime;

import java.io.IOException;

/** Why a disk call failed; the two kinds lead to different answers, so they are types. */
public abstract sealed class DiskException extends IOException {
  private static final long serialVersionUID = 1;

  private DiskException(String message, Throwable cause) {
    super(message, cause);
  }

  private DiskException(String message) {
    super(message);
  }

  /** No space could be claimed. Nothing was written; the caller may go on once space returns. */
  public static final class Full extends DiskException {
    private static final long serialVersionUID = 1;

    public Full(String message) {
      super(message);
    }
  }

  /**
   * Any other failure. What reached the disk is unknown, also of earlier unsynced writes: the node
   * must stop promising anything until it is restarted.
   */
  public static final class Broken extends DiskException {
    private static final long serialVersionUID = 1;

    public Broken(String message) {
      super(message);
    }

    public Broken(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
