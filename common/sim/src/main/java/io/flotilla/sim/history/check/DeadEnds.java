package io.flotilla.sim.history.check;

import java.util.Arrays;

/**
 * A set of configurations, each some ints, compared exactly; bounded, and it forgets nothing: what
 * comes when it is full is not taken in.
 */
final class DeadEnds {
  private final int intsMax;
  private int[] ints = new int[1 << 10];
  private int used = 1;
  private int[] slots = new int[1 << 8];
  private int count;

  DeadEnds(int intsMax) {
    this.intsMax = intsMax;
  }

  boolean isEmpty() {
    return count == 0;
  }

  boolean contains(int[] configuration, int length) {
    return slots[slot(configuration, length)] != 0;
  }

  void add(int[] configuration, int length) {
    int slot = slot(configuration, length);
    if (slots[slot] != 0 || used + length + 1 > intsMax) {
      return;
    }
    if (used + length + 1 > ints.length) {
      long doubled = Math.min(intsMax, 2L * ints.length);
      ints = Arrays.copyOf(ints, (int) Math.max(doubled, used + length + 1));
    }
    slots[slot] = used;
    ints[used] = length;
    System.arraycopy(configuration, 0, ints, used + 1, length);
    used += length + 1;
    count++;
    if (count * 2 > slots.length) {
      rehash();
    }
  }

  /** Where this configuration is, or the free slot where it belongs. */
  private int slot(int[] configuration, int length) {
    int mask = slots.length - 1;
    int slot = hash(configuration, 0, length) & mask;
    while (slots[slot] != 0 && !isAt(slots[slot], configuration, length)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isAt(int start, int[] configuration, int length) {
    return ints[start] == length
        && Arrays.equals(ints, start + 1, start + 1 + length, configuration, 0, length);
  }

  private void rehash() {
    int[] old = slots;
    slots = new int[old.length * 2];
    int mask = slots.length - 1;
    for (int start : old) {
      if (start != 0) {
        int slot = hash(ints, start + 1, ints[start]) & mask;
        while (slots[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = start;
      }
    }
  }

  private static int hash(int[] from, int start, int length) {
    long hash = length;
    for (int i = start; i < start + length; i++) {
      hash = (hash ^ from[i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }
}
