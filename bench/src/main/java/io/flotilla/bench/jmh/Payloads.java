package io.flotilla.bench.jmh;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Keys and values of the size that loads use by default. */
final class Payloads {
  static final int BATCH = 64;
  static final int KEYS = 100_000;
  private static final int VALUE_BYTES = 128;

  private Payloads() {}

  static ByteString key(int number) {
    return ByteString.copyFromUtf8(String.format("%016d", number));
  }

  static List<ByteString> keys() {
    List<ByteString> keys = new ArrayList<>(KEYS);
    for (int i = 0; i < KEYS; i++) {
      keys.add(key(i));
    }
    return keys;
  }

  static ByteString value(long seed) {
    byte[] bytes = new byte[VALUE_BYTES];
    new SplittableRandom(seed).nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  static List<ByteString> values() {
    List<ByteString> values = new ArrayList<>(BATCH);
    for (int i = 0; i < BATCH; i++) {
      values.add(value(i));
    }
    return values;
  }
}
