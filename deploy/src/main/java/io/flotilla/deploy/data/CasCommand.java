package io.flotilla.deploy.data;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a key if its value is as expected. */
@Command(
    name = "cas",
    customSynopsis = {
      "flotilla cas [OPTIONS] KEY EXPECTED VALUE",
      "flotilla cas [OPTIONS] KEY --absent VALUE"
    },
    description =
        "Set KEY to VALUE if its value is EXPECTED, or if it has none with --absent; exit code 1"
            + " if not. - reads the value from standard input.")
public final class CasCommand extends ClientCommand {
  @Option(names = "--absent", description = "Expect that there is no such key.")
  private boolean absent;

  @Parameters(index = "0", paramLabel = "KEY")
  private String key = "";

  @Parameters(index = "1..*", arity = "1..2", paramLabel = "EXPECTED VALUE")
  private List<String> values = new ArrayList<>();

  public CasCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    if (values.size() != (absent ? 1 : 2)) {
      throw CommandFailure.usage("give KEY EXPECTED VALUE, or KEY --absent VALUE");
    }
    Optional<ByteString> expected =
        absent ? Optional.empty() : Optional.of(ByteString.copyFromUtf8(values.get(0)));
    ByteString value = Arguments.value(values.get(values.size() - 1), shell());
    return await(client.compareAndSet(Arguments.key(key), expected, value)) ? Exit.DONE : Exit.NO;
  }
}
