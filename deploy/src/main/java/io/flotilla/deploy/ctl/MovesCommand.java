package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.Table;
import io.flotilla.v1.MoveMessage;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves under way and done. */
@Command(
    name = "moves",
    description =
        "Moves under way, with what has come of each; with --all also the newest finished ones.")
final class MovesCommand extends ListingCommand {
  @Option(names = "--all", description = "Also finished moves.")
  private boolean all;

  MovesCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    Table table =
        new Table(
            "move",
            "shard",
            "from",
            "to",
            "epoch",
            "phase",
            "bytes",
            "of_bytes",
            "bytes_s",
            "eta_s",
            "rows",
            "rounds",
            "pause_ms",
            "reason");
    for (MoveMessage move : await(client.admin().moves(all)).getMovesList()) {
      table.row(
          move.getId(),
          move.getShard(),
          move.getFrom(),
          move.getTo(),
          move.getEpoch(),
          move.getPhase(),
          move.getBytes(),
          move.getTotalBytes(),
          move.getBytesPerSecond(),
          move.getEtaSeconds(),
          move.getRows(),
          move.getRounds(),
          move.getPauseMs(),
          move.getReason());
    }
    print(table);
    return Exit.DONE;
  }
}
