package io.flotilla.deploy.data;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.ScanPage;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Progress;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes every record as jsonl, sorted by the unsigned bytes of its key. */
@Command(
    name = "export",
    description =
        "Write every record as a line of JSON, sorted by the unsigned bytes of the key; import"
            + " takes it back.")
public final class ExportCommand extends ClientCommand {
  private static final int PAGE_ROWS = 1_000;

  @Option(names = "--prefix", paramLabel = "P", description = "Only keys that start with P.")
  private String prefix = "";

  public ExportCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    ByteString start = Arguments.key(prefix);
    Progress progress = new Progress(shell(), "records");
    PrintStream out = shell().out();
    long records = 0;
    CompletableFuture<ScanPage> next = client.scan(start, PAGE_ROWS, Optional.empty());
    boolean more = true;
    while (more) {
      ScanPage page = await(next);
      more = page.next().isPresent();
      if (more) {
        // The next page is on its way while this one is written.
        next = client.scan(start, PAGE_ROWS, page.next());
      }
      for (ScanPage.Row row : page.rows()) {
        JsonLine.write(out, row.key(), row.value().value());
        out.write('\n');
      }
      if (out.checkError()) {
        throw CommandFailure.of(Exit.NO, "cannot write the export to standard output");
      }
      records += page.rows().size();
      progress.at(records, 0);
    }
    progress.end("exported", records);
    return Exit.DONE;
  }
}
