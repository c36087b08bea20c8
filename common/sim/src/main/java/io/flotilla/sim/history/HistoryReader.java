package io.flotilla.sim.history;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a history line by line, in constant memory.
 *
 * <p>Strict: the first line that is no history line ends the reading with a {@link
 * HistoryFormatException} that names it, also the torn last line of a recorder that died. Fields
 * nobody knows are ignored. A line is at most {@link #LINE_CHARS_MAX} characters. Owned by one
 * thread; closing the source is the owner's.
 */
public final class HistoryReader {
  /** A read of a 1 MiB value in which every byte is escaped, and its envelope. */
  public static final int LINE_CHARS_MAX = 8 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(LINE_CHARS_MAX)
                  .maxNestingDepth(100)
                  .build())
          .build();

  private final Reader source;
  private final char[] block = new char[1 << 16];
  private int blockStart;
  private int blockEnd;
  private char[] line = new char[1 << 10];
  private int lineChars;
  private long lineNumber;

  public HistoryReader(Reader source) {
    this.source = source;
  }

  /** The next line, or empty at the end. */
  public Optional<HistoryLine> next() throws IOException {
    if (!readLine()) {
      return Optional.empty();
    }
    lineNumber++;
    try (JsonParser parser = JSON.createParser(line, 0, lineChars)) {
      HistoryLine parsed = LineFields.parse(parser).toLine();
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("more than one object on the line");
      }
      return Optional.of(parsed);
    } catch (JacksonException e) {
      throw new HistoryFormatException(lineNumber, "not JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new HistoryFormatException(lineNumber, String.valueOf(e.getMessage()));
    }
  }

  /** Hands every line to {@code consumer}, in order. */
  public void forEach(Consumer<? super HistoryLine> consumer) throws IOException {
    for (var next = next(); next.isPresent(); next = next()) {
      consumer.accept(next.get());
    }
  }

  /** What to throw when the line returned last cannot stand after those before it. */
  public HistoryFormatException rejected(String reason) {
    return new HistoryFormatException(lineNumber, reason);
  }

  private boolean readLine() throws IOException {
    lineChars = 0;
    boolean any = false;
    while (true) {
      if (blockStart == blockEnd) {
        blockStart = 0;
        blockEnd = Math.max(0, source.read(block));
        if (blockEnd == 0) {
          return any;
        }
      }
      any = true;
      int end = blockStart;
      while (end < blockEnd && block[end] != '\n') {
        end++;
      }
      keep(end);
      if (end < blockEnd) {
        blockStart = end + 1;
        return true;
      }
      blockStart = end;
    }
  }

  private void keep(int end) throws IOException {
    int more = end - blockStart;
    if (lineChars + more > LINE_CHARS_MAX) {
      throw new HistoryFormatException(lineNumber + 1, "longer than " + LINE_CHARS_MAX);
    }
    if (lineChars + more > line.length) {
      line = Arrays.copyOf(line, Math.max(lineChars + more, line.length * 2));
    }
    System.arraycopy(block, blockStart, line, lineChars, more);
    lineChars += more;
  }

  static JsonFactory json() {
    return JSON;
  }
}
