package io.flotilla.deploy.data;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.ScanPage;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists keys with their values, in order of unsigned bytes. */
@Command(
    name = "scan",
    description =
        "List keys and values in order of unsigned bytes, a tab between them; bytes that are not"
            + " printable are shown as \\xHH.")
public final class ScanCommand extends ClientCommand {
  private static final int PAGE_ROWS = 1_000;

  @Option(names = "--prefix", paramLabel = "P", description = "Only keys that start with P.")
  private String prefix = "";

  @Option(names = "--limit", paramLabel = "N", description = "At most N keys (default: all).")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print (default table).")
  private Table.Format format = Table.Format.TABLE;

  public ScanCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    if (limit < 1) {
      throw CommandFailure.usage("--limit must be at least 1, not %d", limit);
    }
    boolean json = format == Table.Format.JSON;
    PrintStream out = shell().out();
    String separator = "";
    if (json) {
      out.print('[');
    }
    long left = limit;
    Optional<ByteString> token = Optional.empty();
    do {
      int rows = (int) Math.min(left, PAGE_ROWS);
      ScanPage page = await(client.scan(Arguments.key(prefix), rows, token));
      for (ScanPage.Row row : page.rows()) {
        if (json) {
          out.print(separator);
          JsonLine.write(out, row.key(), row.value().value());
          separator = ",";
        } else {
          out.print(printable(row.key()) + "\t" + printable(row.value().value()) + "\n");
        }
      }
      left -= page.rows().size();
      token = page.next();
    } while (left > 0 && token.isPresent());
    if (json) {
      out.print("]\n");
    }
    return Exit.DONE;
  }

  private static String printable(ByteString bytes) {
    StringBuilder text = new StringBuilder();
    if (bytes.isValidUtf8()) {
      bytes.toStringUtf8().codePoints().forEach(point -> appendPoint(text, point));
    } else {
      for (byte each : bytes.toByteArray()) {
        appendPoint(text, each >= ' ' && each < 0x7f ? each : -(each & 0xff));
      }
    }
    return text.toString();
  }

  /** A character as it is, or as an escape; a negative one is a byte of its own. */
  private static void appendPoint(StringBuilder text, int point) {
    if (point == '\\') {
      text.append("\\\\");
    } else if (point <= 0 || Character.isISOControl(point)) {
      text.append(String.format("\\x%02x", Math.abs(point)));
    } else {
      text.appendCodePoint(point);
    }
  }
}
