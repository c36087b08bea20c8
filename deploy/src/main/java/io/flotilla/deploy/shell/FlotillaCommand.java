package io.flotilla.deploy.shell;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** One command: the options each has, and the shell it runs in. */
public abstract class FlotillaCommand implements Callable<Integer> {
  @Option(names = "--debug", description = "Show the stack trace of an error.")
  private boolean debug;

  private final Shell shell;

  protected FlotillaCommand(Shell shell) {
    this.shell = shell;
  }

  /** Whether stack traces are wanted. */
  public final boolean debug() {
    return debug;
  }

  /** Where it runs. */
  protected final Shell shell() {
    return shell;
  }

  /** Asked for by name; the parser prints the help and runs nothing. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  protected final void help(boolean wanted) {}
}
