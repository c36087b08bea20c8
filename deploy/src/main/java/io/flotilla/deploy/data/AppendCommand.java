package io.flotilla.deploy.data;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Adds to the end of a value. */
@Command(
    name = "append",
    description = "Add VALUE to the end of KEY's value; - reads it from standard input.")
public final class AppendCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "KEY")
  private String key = "";

  @Parameters(index = "1", paramLabel = "VALUE")
  private String value = "";

  public AppendCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    await(client.append(Arguments.key(key), Arguments.value(value, shell())));
    return Exit.DONE;
  }
}
