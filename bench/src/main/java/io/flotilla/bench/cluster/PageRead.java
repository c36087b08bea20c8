package io.flotilla.bench.cluster;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.client.ScanPage;
import io.flotilla.client.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A page of a scan taken apart into one read of each key it covers: those it shows, and those that
 * lie between them and were therefore absent. Compares keys as the store does; all keys are ASCII.
 */
final class PageRead {
  private PageRead() {}

  /** What a page says of one key. */
  record Row(String key, Optional<VersionedValue> value) {}

  /**
   * Reads of all {@code keys} that {@code page} covers.
   *
   * @param prefix that was scanned
   * @param after the last key of the page before; empty for the first
   * @param limit rows that were asked for
   */
  static List<Row> of(List<String> keys, String prefix, String after, int limit, ScanPage page) {
    Check.that(page.rows().size() <= limit, "scan: %d rows, limit %d", page.rows().size(), limit);
    TreeMap<String, VersionedValue> shown = new TreeMap<>();
    String last = after;
    for (ScanPage.Row row : page.rows()) {
      String key = row.key().toStringUtf8();
      Check.that(
          key.startsWith(prefix) && key.compareTo(last) > 0,
          "scan: %s comes after %s for prefix %s",
          key,
          last,
          prefix);
      shown.put(key, row.value());
      last = key;
    }
    boolean isLastPage = page.next().isEmpty();
    List<Row> rows = new ArrayList<>();
    for (String key : keys) {
      boolean isCovered =
          key.startsWith(prefix)
              && key.compareTo(after) > 0
              && (isLastPage || key.compareTo(last) <= 0);
      if (isCovered) {
        rows.add(new Row(key, Optional.ofNullable(shown.remove(key))));
      }
    }
    Check.that(shown.isEmpty(), "scan: nobody ever wrote %s", shown.keySet());
    return rows;
  }

  /** Where the next page starts; {@code after} if this page shows nothing. */
  static String lastOf(ScanPage page, String after) {
    List<ScanPage.Row> rows = page.rows();
    return rows.isEmpty() ? after : utf8(rows.get(rows.size() - 1).key());
  }

  private static String utf8(ByteString key) {
    return key.toStringUtf8();
  }
}
