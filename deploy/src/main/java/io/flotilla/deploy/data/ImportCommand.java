package io.flotilla.deploy.data;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Progress;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.SignalStop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts every record of a file. */
@Command(
    name = "import",
    description =
        "Put every record of FILE (- is standard input). tsv: key, tab, value. jsonl:"
            + " {\"key\":..,\"value\":..} with key_b64 and value_b64 for bytes that are not"
            + " UTF-8. Stops at the first bad line; nothing is skipped.")
public final class ImportCommand extends ClientCommand {
  private static final String STANDARD_INPUT = "-";

  @Option(
      names = "--format",
      paramLabel = "tsv|jsonl",
      description = "Format of the file (default: as its name ends).")
  private Optional<RecordFormat> format = Optional.empty();

  @Parameters(paramLabel = "FILE")
  private String file = "";

  public ImportCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    RecordFormat known =
        format
            .or(() -> RecordFormat.of(file))
            .orElseThrow(
                () -> CommandFailure.usage("%s: give --format tsv or --format jsonl", file));
    boolean isFile = !file.equals(STANDARD_INPUT);
    if (isFile && !Files.isReadable(Path.of(file))) {
      throw CommandFailure.usage("%s: no such file, or not readable", file);
    }
    if (isFile && Files.isDirectory(Path.of(file))) {
      throw CommandFailure.usage("%s: is a directory", file);
    }
    Importer importer = new Importer(client, file);
    try (InputStream in = isFile ? Files.newInputStream(Path.of(file)) : shell().in();
        SignalStop stop = new SignalStop(shell(), () -> interrupted(importer), Exit.UNKNOWN)) {
      stop.arm();
      long total = isFile ? Files.size(Path.of(file)) : 0;
      Progress progress = new Progress(shell(), "records");
      long imported =
          importer.run(
              new LineReader(in),
              known,
              (records, bytes) -> progress.at(records, total == 0 ? 0 : (double) bytes / total));
      progress.end("imported", imported);
    }
    return Exit.DONE;
  }

  private void interrupted(Importer importer) {
    shell()
        .say(
            "flotilla: %s: interrupted; the first %d records were imported, and maybe some after"
                + " them; import it again to have them all",
            file, importer.imported());
  }
}
