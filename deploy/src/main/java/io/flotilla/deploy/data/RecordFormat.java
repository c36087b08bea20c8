package io.flotilla.deploy.data;

import com.google.protobuf.ByteString;
import java.util.Locale;
import java.util.Optional;

/** How a file spells its records. */
enum RecordFormat {
  /** The bytes up to the first tab are the key, the rest of the line is the value. */
  TSV,
  /** {@link JsonLine}. */
  JSONL;

  ImportRecord read(byte[] line) throws BadRecord {
    ImportRecord found = this == JSONL ? JsonLine.read(line) : tabbed(line);
    found.check();
    return found;
  }

  /** The format that the name of a file promises. */
  static Optional<RecordFormat> of(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    if (name.endsWith(".tsv")) {
      return Optional.of(TSV);
    }
    boolean isJson = name.endsWith(".jsonl") || name.endsWith(".ndjson");
    return isJson ? Optional.of(JSONL) : Optional.empty();
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static ImportRecord tabbed(byte[] line) throws BadRecord {
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\t') {
        return new ImportRecord(
            ByteString.copyFrom(line, 0, i), ByteString.copyFrom(line, i + 1, line.length - i - 1));
      }
    }
    throw new BadRecord("no tab between key and value");
  }
}
