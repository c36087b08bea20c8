package io.flotilla.deploy.data;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the value of a key to standard output, byte for byte. */
@Command(
    name = "get",
    description = "Write the value of KEY as it is; exit code 1 if there is none.")
public final class GetCommand extends ClientCommand {
  @Parameters(paramLabel = "KEY")
  private String key = "";

  public GetCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    Optional<ByteString> value = await(client.get(Arguments.key(key)));
    if (value.isEmpty()) {
      return Exit.NO;
    }
    value.get().writeTo(shell().out());
    return Exit.DONE;
  }
}
