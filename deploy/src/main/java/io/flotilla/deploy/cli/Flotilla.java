package io.flotilla.deploy.cli;

import io.flotilla.deploy.server.Logs;
import io.flotilla.deploy.shell.Shell;

/** The main class. */
public final class Flotilla {
  private Flotilla() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Shell shell = Shell.real();
    Logs.silence();
    int exit = new CommandTree(shell).run(arguments);
    shell.out().flush();
    shell.err().flush();
    // A command has closed what it opened; hooks and idle network threads would only take time.
    Runtime.getRuntime().halt(exit);
  }
}
