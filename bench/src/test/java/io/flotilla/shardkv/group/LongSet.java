package io.flotilla.shardkv.group;

import java.util.Arrays;

/** Fingerprints seen; open addressing. */
final class LongSet {
  private long[] table = new long[1 << 16];
  private int size;

  int size() {
    return size;
  }

  /** False if it was there already. */
  boolean add(long value) {
    long wanted = value == 0 ? 1 : value;
    int mask = table.length - 1;
    int at = (int) (wanted ^ (wanted >>> 32)) & mask;
    while (table[at] != 0) {
      if (table[at] == wanted) {
        return false;
      }
      at = (at + 1) & mask;
    }
    table[at] = wanted;
    if (++size > table.length / 2) {
      grow();
    }
    return true;
  }

  private void grow() {
    long[] old = table;
    table = new long[old.length * 2];
    size = 0;
    Arrays.stream(old).filter(value -> value != 0).forEach(this::add);
  }
}
