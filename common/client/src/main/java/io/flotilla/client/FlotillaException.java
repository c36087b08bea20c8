package io.flotilla.client;

/** Why a call has no answer. Immutable; any thread. */
public final class FlotillaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What the caller may conclude. */
  public enum Code {
    /** The arguments are outside the limits; nothing happened. */
    INVALID_ARGUMENT,
    /** Not reached within the deadline; it never took effect and never will. */
    UNAVAILABLE,
    /** Sent, and not answered within the deadline: it may or may not have taken effect. */
    UNKNOWN_OUTCOME,
    /** The client was away for longer than its session lives; it never took effect. */
    SESSION_EXPIRED,
    /** Over a bound of the cluster or of this client, also after retries; it never took effect. */
    BUSY
  }

  private final Code code;

  FlotillaException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /** What the caller may conclude. */
  public Code code() {
    return code;
  }
}
