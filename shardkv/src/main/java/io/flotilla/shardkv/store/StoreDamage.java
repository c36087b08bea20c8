package io.flotilla.shardkv.store;

/**
 * A checkpoint does not hold what was written to it. Nothing of it may be served any more; the
 * replica gets its state anew from the leader.
 */
public final class StoreDamage extends Exception {
  private static final long serialVersionUID = 1;

  private final String file;

  public StoreDamage(String file, String message) {
    super("checkpoint damaged: " + file + ": " + message);
    this.file = file;
  }

  public StoreDamage(String file, String message, Throwable cause) {
    super("checkpoint damaged: " + file + ": " + message, cause);
    this.file = file;
  }

  /** Path of the damaged file. */
  public String file() {
    return file;
  }
}
