package io.flotilla.shardkv.store;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table and its values file, as a manifest names them.
 *
 * @param number names the files; never used twice in a directory
 * @param tableBytes length of the table file
 * @param tableCrc its {@link TableChecksum}
 * @param valuesBytes length of the values file; 0 if there is none
 * @param valuesCrc CRC32C of the values file
 * @param rows how many rows it holds
 */
record TableEntry(
    long number, long tableBytes, int tableCrc, long valuesBytes, int valuesCrc, long rows) {
  private static final Pattern NAME =
      Pattern.compile("(?:sorted-(\\d{1,18})\\.sdb|values-(\\d{1,18})\\.dat)");

  static String tableName(long number) {
    return "sorted-" + number + ".sdb";
  }

  static String valuesName(long number) {
    return "values-" + number + ".dat";
  }

  /** The number in the name of such a file; nothing if it is another's. */
  static OptionalLong numberOf(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    String digits = matcher.group(matcher.start(1) >= 0 ? 1 : 2);
    return OptionalLong.of(Long.parseLong(digits));
  }

  String tableName() {
    return tableName(number);
  }

  String valuesName() {
    return valuesName(number);
  }

  boolean hasValues() {
    return valuesBytes > 0;
  }

  List<String> names() {
    return hasValues() ? List.of(tableName(), valuesName()) : List.of(tableName());
  }

  long bytes() {
    return tableBytes + valuesBytes;
  }

  /** The same contents under another name. */
  TableEntry renumbered(long to) {
    return new TableEntry(to, tableBytes, tableCrc, valuesBytes, valuesCrc, rows);
  }
}
