package io.flotilla.deploy.shell;

import java.util.Locale;
import java.util.OptionalLong;

/** One line on a terminal that says how far a long command is, how fast, and how long still. */
public final class Progress {
  private static final long DRAW_NANOS = 200_000_000L;
  private static final double NANOS = 1e9;

  private final Shell shell;
  private final String what;
  private final long startNanos = System.nanoTime();
  private long drawnNanos = startNanos;
  private boolean drawn;

  /** Progress of {@code what}, a plural noun. */
  public Progress(Shell shell, String what) {
    this.shell = shell;
    this.what = what;
  }

  /**
   * Redraws the line, a few times a second, if somebody watches.
   *
   * @param done how many so far
   * @param fraction part of the whole, between 0 and 1; 0 if not known
   */
  public void at(long done, double fraction) {
    long now = System.nanoTime();
    if (!shell.terminal() || now - drawnNanos < DRAW_NANOS) {
      return;
    }
    drawnNanos = now;
    drawn = true;
    double seconds = (now - startNanos) / NANOS;
    OptionalLong left =
        fraction > 0
            ? OptionalLong.of(Math.round(seconds * (1 - fraction) / fraction))
            : OptionalLong.empty();
    String eta =
        left.isPresent()
            ? String.format(Locale.ROOT, ", %.0f %%, %d s left", fraction * 100, left.getAsLong())
            : "";
    shell
        .err()
        .print(
            String.format(
                Locale.ROOT, "\r%d %s, %.0f/s%s\u001b[K", done, what, done / seconds, eta));
    shell.err().flush();
  }

  /** Removes the line and says the whole in one. */
  public void end(String verb, long done) {
    if (drawn) {
      shell.err().print("\r\u001b[K");
    }
    double seconds = Math.max(1e-9, (System.nanoTime() - startNanos) / NANOS);
    shell.say("%s %d %s in %.1f s (%.0f/s)", verb, done, what, seconds, done / seconds);
  }
}
