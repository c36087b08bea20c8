package io.flotilla.deploy.shell;

import io.flotilla.client.FlotillaException;

/** The exit codes of every command, and nothing else is ever returned. */
public final class Exit {
  /** Done. */
  public static final int DONE = 0;

  /** The answer is no: key absent, cas refused, a check failed. */
  public static final int NO = 1;

  /** Usage or bad input; nothing happened. */
  public static final int USAGE = 2;

  /** Not reachable, busy or deadline passed; it never took effect. */
  public static final int UNAVAILABLE = 3;

  /** It may or may not have taken effect. */
  public static final int UNKNOWN = 4;

  /** A checker ran out of budget. */
  public static final int UNDECIDED = 5;

  private Exit() {}

  /** What a failed call of the client means to the shell. */
  public static int of(FlotillaException.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> USAGE;
      case UNAVAILABLE, BUSY, SESSION_EXPIRED -> UNAVAILABLE;
      case UNKNOWN_OUTCOME -> UNKNOWN;
    };
  }
}
