package io.flotilla.base.check;

import com.google.errorprone.annotations.FormatMethod;

/**
 * Always-on assertions for what must be true of our own code.
 *
 * <p>A failed check is a broken invariant, never an error of operation: the node that meets one
 * stops, because going on could turn a wrong state into a promise. Stateless, any thread.
 */
public final class Check {
  private Check() {}

  /** Throws {@link AssertionError} with {@code message} unless {@code condition} holds. */
  public static void that(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }

  /** Like {@link #that(boolean, String)}; the message is formatted only when the check fails. */
  @FormatMethod
  public static void that(boolean condition, String format, Object... arguments) {
    if (!condition) {
      throw new AssertionError(String.format(format, arguments));
    }
  }
}
