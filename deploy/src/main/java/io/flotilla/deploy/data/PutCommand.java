package io.flotilla.deploy.data;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets a key. */
@Command(name = "put", description = "Set KEY to VALUE; - reads the value from standard input.")
public final class PutCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "KEY")
  private String key = "";

  @Parameters(index = "1", paramLabel = "VALUE")
  private String value = "";

  public PutCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    await(client.put(Arguments.key(key), Arguments.value(value, shell())));
    return Exit.DONE;
  }
}
