package io.flotilla.deploy.shell;

/**
 * Closes something when the process is told to end by INT or TERM, and makes that a success: a stop
 * that was asked for is no failure. Closed itself, it does nothing any more. Any thread.
 */
public final class SignalStop implements AutoCloseable {
  private final Thread hook;
  private volatile boolean isStopping;

  /** Does nothing before it is armed. */
  public SignalStop(Shell shell, Runnable stop) {
    this.hook =
        new Thread(
            () -> {
              isStopping = true;
              stop.run();
              shell.out().flush();
              Runtime.getRuntime().halt(Exit.DONE);
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
