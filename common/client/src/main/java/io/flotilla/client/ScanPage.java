package io.flotilla.client;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * Some of the keys with a prefix, ascending by unsigned bytes.
 *
 * @param rows keys with their values
 * @param next passed to the next call to go on; empty after the last page
 */
public record ScanPage(List<Row> rows, Optional<ByteString> next) {
  public ScanPage {
    rows = List.copyOf(rows);
  }

  /** One key with its value. */
  public record Row(ByteString key, VersionedValue value) {}
}
