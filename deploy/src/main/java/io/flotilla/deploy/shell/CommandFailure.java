package io.flotilla.deploy.shell;

import com.google.errorprone.annotations.FormatMethod;
import java.util.concurrent.CompletionException;

/** Ends a command with one line for the user and an exit code. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exit;

  private CommandFailure(int exit, String message) {
    super(message);
    this.exit = exit;
  }

  /** A failure with one of the codes of {@link Exit}. */
  @FormatMethod
  public static CommandFailure of(int exit, String format, Object... arguments) {
    return new CommandFailure(exit, String.format(format, arguments));
  }

  /** The command was used wrongly or given bad input. */
  @FormatMethod
  public static CommandFailure usage(String format, Object... arguments) {
    return of(Exit.USAGE, format, arguments);
  }

  /** What a failure says of itself; its kind if it says nothing. */
  public static String reasonOf(Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable root = failure instanceof CompletionException && cause != null ? cause : failure;
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }

  /** One of the codes of {@link Exit}. */
  public int exit() {
    return exit;
  }
}
