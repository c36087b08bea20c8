package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.store.Row;
import java.util.List;

/**
 * One page of a scan over shards of a group.
 *
 * @param rows by ascending key
 * @param more whether there may be rows after the last of these
 * @param covered of the shards asked for, those served here, which alone the rows are from
 */
public record ScanPage(List<KeyRow> rows, boolean more, List<Integer> covered) {
  /** A key and its row. */
  public record KeyRow(ByteString key, Row row) {}

  public ScanPage {
    rows = List.copyOf(rows);
    covered = List.copyOf(covered);
  }
}
