package io.flotilla.deploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.FileDisk;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.raft.wal.WalDamage;
import io.flotilla.raft.wal.WalDump;
import io.flotilla.raft.wal.WalRecovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is in a node's log. */
@Command(
    name = "log",
    description =
        "List what is in the log of a node that does not run, decoded, every checksum verified;"
            + " nothing is changed. Exit code 1 if it is damaged: the node would refuse to start.")
final class LogCommand extends FlotillaCommand {
  private static final String IDENTITY = "identity.json";
  private static final String LOCK = "LOCK";
  private static final String WAL = "wal";
  private static final int GROUP_NONE = -1;

  @Parameters(paramLabel = "DIR", description = "The node's data directory.")
  private Path dir = Path.of("");

  @Option(
      names = "--group",
      paramLabel = "GID",
      description = "Only this group; 0 is the controller.")
  private int group = GROUP_NONE;

  @Option(names = "--values", description = "Also values, not only keys.")
  private boolean values;

  LogCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() throws IOException {
    if (group < GROUP_NONE) {
      throw CommandFailure.usage("--group takes the id of a group, 0 for the controller");
    }
    long store = store();
    try {
      FileDisk disk = FileDisk.open(dir);
      // A log that is being written looks torn; and LOCK must be there, or a look would leave it.
      Disk.Lock lock = lock(disk);
      try {
        return list(disk, store);
      } finally {
        lock.close();
      }
    } catch (DiskException unusable) {
      throw CommandFailure.usage("%s: %s", dir, CommandFailure.reasonOf(unusable));
    }
  }

  private int list(FileDisk disk, long store) throws DiskException {
    LogListing listing = new LogListing(shell().out(), group, values);
    try {
      WalDump.read(disk, WAL, store, listing);
      Optional<WalRecovery.TornTail> torn = WalDump.judge(disk, WAL, store);
      listing.end();
      torn.ifPresent(
          end ->
              shell()
                  .say(
                      "%s ends torn at offset %d, batch %d: it was never acknowledged, the next"
                          + " start drops it",
                      end.file(), end.offset(), end.batch()));
      return Exit.DONE;
    } catch (WalDamage damage) {
      listing.end();
      shell().say("flotilla: %s", CommandFailure.reasonOf(damage));
      return Exit.NO;
    }
  }

  private Disk.Lock lock(FileDisk disk) throws DiskException {
    if (!Files.exists(dir.resolve(LOCK))) {
      throw CommandFailure.usage("%s is not the data directory of a node: no %s", dir, LOCK);
    }
    try {
      return disk.lock(LOCK);
    } catch (DiskException taken) {
      throw CommandFailure.usage(
          "%s is in use by a running node, or cannot be locked (%s); stop the node first",
          dir, CommandFailure.reasonOf(taken));
    }
  }

  /** The store that every batch must name. */
  private long store() {
    Path file = dir.resolve(IDENTITY);
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.usage("%s is not the data directory of a node: no %s", dir, IDENTITY);
    }
    try {
      JsonNode identity = new ObjectMapper().readTree(file.toFile());
      return Long.parseUnsignedLong(identity.path("store").asText());
    } catch (IOException | NumberFormatException unreadable) {
      throw CommandFailure.usage("%s: not readable as an identity", file);
    }
  }
}
