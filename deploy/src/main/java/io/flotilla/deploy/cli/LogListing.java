package io.flotilla.deploy.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.flotilla.raft.Entry;
import io.flotilla.raft.wal.WalDump;
import io.flotilla.raft.wal.WalRecord;
import io.flotilla.shardctrler.state.CommandCodec;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;

/** Prints a log, a line for each entry or other record, as it is read. One thread. */
final class LogListing implements Consumer<WalDump.Batch> {
  private static final int CONTROLLER = 0;
  private static final int TEXT_MAX = 160;

  private final PrintStream out;
  private final int only;
  private final boolean withValues;
  private long batches;
  private long records;
  private long entries;
  private long unreadable;

  /**
   * @param only the one group that is wanted; negative for all
   */
  LogListing(PrintStream out, int only, boolean withValues) {
    this.out = out;
    this.only = only;
    this.withValues = withValues;
    line("file", "offset", "batch", "group", "term", "index", "what");
  }

  @Override
  public void accept(WalDump.Batch batch) {
    batches++;
    if (!batch.readable()) {
      unreadable++;
      row(batch, "-", "-", "-", "UNREADABLE: the checksum of its records is wrong");
    }
    for (WalDump.Item item : batch.records()) {
      if (only < 0 || item.record().group().gid() == only) {
        records++;
        print(batch, item);
      }
    }
  }

  /** Says the whole in a line. */
  void end() {
    out.printf(
        Locale.ROOT,
        "%d batches, %d of them unreadable; %d records and %d entries%s%n",
        batches,
        unreadable,
        records,
        entries,
        only < 0 ? "" : " of group " + only);
    out.flush();
  }

  private void print(WalDump.Batch batch, WalDump.Item item) {
    WalRecord record = item.record();
    String group = record.group().gid() + "." + record.group().incarnation();
    if (record instanceof WalRecord.Entries appended) {
      for (Entry entry : appended.entries()) {
        entries++;
        String carried = item.isCarried() ? "carried: " : "";
        row(
            batch,
            group,
            Long.toString(entry.term()),
            Long.toString(entry.index()),
            carried + what(record.group().gid(), entry));
      }
    } else if (record instanceof WalRecord.Hard hard) {
      String vote = hard.state().vote() == 0 ? "no vote" : "vote for node " + hard.state().vote();
      row(
          batch,
          group,
          Long.toString(hard.state().term()),
          "-",
          vote + ", commit " + hard.state().commit());
    } else if (record instanceof WalRecord.Compacted compacted) {
      row(
          batch,
          group,
          Long.toString(compacted.position().term()),
          Long.toString(compacted.position().index()),
          "checkpoint: entries up to here may go");
    } else if (record instanceof WalRecord.Reset reset) {
      row(
          batch,
          group,
          Long.toString(reset.position().term()),
          Long.toString(reset.position().index()),
          "reset: goes on after a snapshot up to here");
    } else {
      row(batch, group, "-", "-", "removed from this node");
    }
  }

  private String what(int gid, Entry entry) {
    return switch (entry.kind()) {
      case NO_OP -> "no-op of a new leader";
      case MEMBERSHIP -> "membership, " + entry.data().size() + " bytes";
      case COMMAND -> gid == CONTROLLER ? controller(entry.data()) : data(entry.data());
    };
  }

  private static String controller(ByteString bytes) {
    try {
      return cut(CommandCodec.decode(bytes).toString());
    } catch (InvalidProtocolBufferException malformed) {
      return "NOT DECODED: " + bytes.size() + " bytes";
    }
  }

  private String data(ByteString bytes) {
    return KvCommandCodec.decode(bytes)
        .map(command -> cut(text(command)))
        .orElse("NOT DECODED: " + bytes.size() + " bytes");
  }

  /** Values are not for every screen. */
  private String text(KvCommand command) {
    if (command instanceof KvCommand.Mutate mutate) {
      String change =
          withValues ? mutate.change().toString() : mutate.change().getClass().getSimpleName();
      return String.format(
          Locale.ROOT,
          "%s \"%s\" shard %d %s",
          change,
          TextFormat.escapeBytes(mutate.key()),
          mutate.shard(),
          mutate.id());
    }
    if (command instanceof KvCommand.Piece piece) {
      return String.format(
          Locale.ROOT,
          "Piece %s of %d rows%s",
          piece.stamp(),
          piece.rows().size(),
          piece.last().isPresent() ? ", the last" : "");
    }
    return command.toString();
  }

  private static String cut(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...";
  }

  private void row(WalDump.Batch batch, String group, String term, String index, String what) {
    line(
        batch.file(),
        Long.toString(batch.offset()),
        Long.toString(batch.number()),
        group,
        term,
        index,
        what);
  }

  private void line(
      String file,
      String offset,
      String batch,
      String group,
      String term,
      String index,
      String what) {
    out.printf(
        Locale.ROOT,
        "%-28s %9s %8s %7s %6s %8s  %s%n",
        file,
        offset,
        batch,
        group,
        term,
        index,
        what);
  }
}
