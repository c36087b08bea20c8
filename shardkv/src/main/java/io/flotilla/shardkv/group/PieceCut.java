package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.KvCommand.MovedRow;
import java.util.ArrayList;
import java.util.List;

/** A piece in the making: its rows so far, and where it ends. Used within one step of the loop. */
final class PieceCut {
  /** What a row costs in a piece besides its key and value, about. */
  private static final int ROW_OVERHEAD_BYTES = 16;

  private final int bytesMax;
  private final List<MovedRow> rows = new ArrayList<>();
  private PieceCursor at;
  private long bytes;

  PieceCut(PieceCursor from, int bytesMax) {
    this.at = from;
    this.bytesMax = bytesMax;
  }

  PieceCursor at() {
    return at;
  }

  void at(PieceCursor cursor) {
    at = cursor;
  }

  void enter(PieceCursor.Stage stage) {
    at = new PieceCursor(stage, ByteString.EMPTY, at.counter());
  }

  List<MovedRow> rows() {
    return rows;
  }

  /** False if there is no room for it; the first row always has room. */
  boolean take(MovedRow row) {
    long more = (long) ROW_OVERHEAD_BYTES + row.key().size() + row.value().size();
    if (!rows.isEmpty() && bytes + more > bytesMax) {
      return false;
    }
    rows.add(row);
    bytes += more;
    return true;
  }
}
