package io.flotilla.deploy.shell;

/**
 * Closes something when the process is told to end by INT or TERM, and says by the exit code what
 * that means. Closed itself, it does nothing any more. Any thread.
 */
public final class SignalStop implements AutoCloseable {
  private final Thread hook;
  private volatile boolean isStopping;

  /** Does nothing before it is armed; then a stop that was asked for is no failure. */
  public SignalStop(Shell shell, Runnable stop) {
    this(shell, stop, Exit.DONE);
  }

  /**
   * Does nothing before it is armed.
   *
   * @param exit code of the process that was stopped
   */
  public SignalStop(Shell shell, Runnable stop, int exit) {
    this.hook =
        new Thread(
            () -> {
              isStopping = true;
              stop.run();
              shell.out().flush();
              Runtime.getRuntime().halt(exit);
            },
            "flotilla-stop");
  }

  /** From now on a signal stops what was named. */
  public void arm() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    if (!isStopping) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
