package io.flotilla.bench.load;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Values of one length, each written once in a run: {@code client.counter}, filled up. */
final class Values {
  private static final byte FILLER = '.';

  private final int valueBytes;

  Values(int valueBytes) {
    this.valueBytes = valueBytes;
  }

  ByteString value(long client, long counter) {
    byte[] name = (client + "." + counter + ".").getBytes(StandardCharsets.ISO_8859_1);
    byte[] value = Arrays.copyOf(name, valueBytes);
    if (name.length < valueBytes) {
      Arrays.fill(value, name.length, valueBytes, FILLER);
    }
    return UnsafeByteOperations.unsafeWrap(value);
  }
}
