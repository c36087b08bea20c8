package io.flotilla.deploy.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of a map: what it is about, and what the last cell points at.
 *
 * @param subject the first cell
 * @param cell the last cell as it is
 * @param targets what stands in backquotes in the last cell, and where its links lead
 */
record MapRow(String subject, String cell, List<String> targets) {
  private static final Pattern TARGET = Pattern.compile("`([^`]+)`|\\]\\(([^)]+)\\)");

  /** The rows of all tables of a page, heads left out. */
  static List<MapRow> of(Path page) throws IOException {
    List<MapRow> rows = new ArrayList<>();
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("|---")) {
        rows.remove(rows.size() - 1);
      } else if (line.startsWith("|")) {
        String[] cells = line.split("\\|");
        rows.add(row(cells[1].strip(), cells[cells.length - 1].strip()));
      }
    }
    return rows;
  }

  private static MapRow row(String subject, String cell) {
    List<String> targets = new ArrayList<>();
    Matcher matcher = TARGET.matcher(cell);
    while (matcher.find()) {
      targets.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    return new MapRow(subject, cell, targets);
  }
}
