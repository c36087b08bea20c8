package io.flotilla.deploy.data;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a key. */
@Command(name = "delete", description = "Remove KEY; exit code 1 if it was not there.")
public final class DeleteCommand extends ClientCommand {
  @Parameters(paramLabel = "KEY")
  private String key = "";

  public DeleteCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    return await(client.delete(Arguments.key(key))) ? Exit.DONE : Exit.NO;
  }
}
