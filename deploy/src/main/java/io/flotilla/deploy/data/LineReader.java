package io.flotilla.deploy.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines of a file as bytes, numbered from 1. One thread. */
final class LineReader {
  /** Longer than any record; a longer line is not read into memory. */
  private static final int LINE_BYTES_MAX = 16 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int end;
  private long line;
  private long bytes;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** The next line without its end; empty after the last. */
  Optional<byte[]> next() throws IOException, BadRecord {
    if (position == end && !fill()) {
      return Optional.empty();
    }
    line++;
    ByteArrayOutputStream found = new ByteArrayOutputStream();
    do {
      int from = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      found.write(buffer, from, position - from);
      if (position < end) {
        position++;
        return Optional.of(found.toByteArray());
      }
      if (found.size() > LINE_BYTES_MAX) {
        throw new BadRecord("the line is longer than 16 MiB");
      }
    } while (fill());
    return Optional.of(found.toByteArray());
  }

  /** Number of the line last returned. */
  long line() {
    return line;
  }

  /** Bytes read so far, up to what is buffered. */
  long bytes() {
    return bytes - (end - position);
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(0, in.read(buffer));
    bytes += end;
    return end > 0;
  }
}
