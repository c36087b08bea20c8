package io.flotilla.deploy.shell;

import com.google.errorprone.annotations.FormatMethod;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * The surroundings of a command.
 *
 * @param in standard input
 * @param out results and nothing else
 * @param err progress and errors
 * @param env the environment
 * @param terminal whether somebody watches standard error, so that progress may be drawn
 */
public record Shell(
    InputStream in, PrintStream out, PrintStream err, Map<String, String> env, boolean terminal) {
  private static final int OUT_BUFFER_BYTES = 1 << 16;

  /** The real one. The start script says by a property whether standard error is a terminal. */
  public static Shell real() {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUT_BUFFER_BYTES),
            false,
            StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    return new Shell(System.in, out, err, System.getenv(), Boolean.getBoolean("flotilla.terminal"));
  }

  /** Says one line of progress or error. */
  @FormatMethod
  public void say(String format, Object... arguments) {
    err.println(String.format(Locale.ROOT, format, arguments));
  }
}
