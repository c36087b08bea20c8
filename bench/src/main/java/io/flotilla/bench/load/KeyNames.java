package io.flotilla.bench.load;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

/** Names the keys of a load: numbers with leading zeros, all of one length. Immutable. */
final class KeyNames {
  private static final int SCANNED_DIGITS = 2;

  private final int keyBytes;

  KeyNames(int keyBytes) {
    this.keyBytes = keyBytes;
  }

  /** Inserted keys that outgrow the length are longer rather than the same as others. */
  ByteString key(long number) {
    int digits = digits(number);
    byte[] name = new byte[Math.max(keyBytes, digits)];
    long rest = number;
    for (int at = name.length - 1; at >= 0; at--) {
      name[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return UnsafeByteOperations.unsafeWrap(name);
  }

  /** What a key and its up to 99 neighbours have in common. */
  ByteString neighbourhood(long number) {
    ByteString key = key(number);
    return key.substring(0, Math.max(0, key.size() - SCANNED_DIGITS));
  }

  private static int digits(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }
}
