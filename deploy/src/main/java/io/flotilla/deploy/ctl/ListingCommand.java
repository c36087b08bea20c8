package io.flotilla.deploy.ctl;

import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.Table;
import java.io.IOException;
import picocli.CommandLine.Option;

/** A command whose result is a table. */
abstract class ListingCommand extends ClientCommand {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print (default table).")
  private Table.Format format = Table.Format.TABLE;

  ListingCommand(Shell shell) {
    super(shell);
  }

  final boolean isJson() {
    return format == Table.Format.JSON;
  }

  final void print(Table table) throws IOException {
    table.print(shell().out(), format);
  }
}
