package io.flotilla.sim.history.check;

import java.util.Arrays;

/**
 * Configurations from which no order can be completed; compared exactly, bounded in memory. What
 * comes when it is full is not taken in.
 *
 * <p>A configuration has two parts: what is left to do for certain and the state, in ints that have
 * to be equal; and how many jobs of unknown outcome were used, as pairs of type and number. Whoever
 * has used no fewer of them, with the same left to do, is at a dead end too: he has less to choose
 * from. Without that, a history with many unknown outcomes would be searched once for every number
 * of them used so far.
 */
final class DeadEnds {
  private static final int NEXT = 0;
  private static final int LEFT_LENGTH = 1;
  private static final int LENGTH = 2;
  private static final int HEADER = 3;

  private final int intsMax;

  /** Entries one after the other: the next one with the same left to do, two lengths, the ints. */
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

  /**
   * Whether a configuration is known to lead nowhere.
   *
   * @param leftLength how many ints of it say what is left to do
   * @param length how many there are with the pairs
   */
  boolean contains(int[] configuration, int leftLength, int length) {
    int entry = slots[slot(configuration, leftLength)];
    while (entry != 0) {
      if (usesNoMore(entry, configuration, leftLength, length)) {
        return true;
      }
      entry = ints[entry + NEXT];
    }
    return false;
  }

  void add(int[] configuration, int leftLength, int length) {
    int needed = used + HEADER + length;
    if (needed > intsMax) {
      return;
    }
    if (needed > ints.length) {
      long doubled = Math.min(intsMax, 2L * ints.length);
      ints = Arrays.copyOf(ints, (int) Math.max(doubled, needed));
    }
    int slot = slot(configuration, leftLength);
    ints[used + NEXT] = slots[slot];
    ints[used + LEFT_LENGTH] = leftLength;
    ints[used + LENGTH] = length;
    System.arraycopy(configuration, 0, ints, used + HEADER, length);
    count += slots[slot] == 0 ? 1 : 0;
    slots[slot] = used;
    used = needed;
    if (count * 2 > slots.length) {
      rehash();
    }
  }

  /** Whether each pair of the entry is matched by one of the configuration that is no smaller. */
  private boolean usesNoMore(int entry, int[] configuration, int leftLength, int length) {
    int at = leftLength;
    int end = entry + HEADER + ints[entry + LENGTH];
    for (int pair = entry + HEADER + leftLength; pair < end; pair += 2) {
      while (at < length && configuration[at] < ints[pair]) {
        at += 2;
      }
      boolean matched = at < length && configuration[at] == ints[pair];
      if (!matched || configuration[at + 1] < ints[pair + 1]) {
        return false;
      }
    }
    return true;
  }

  /** Where the entries with this left to do are, or the free slot where they belong. */
  private int slot(int[] configuration, int leftLength) {
    int mask = slots.length - 1;
    int slot = hash(configuration, 0, leftLength) & mask;
    while (slots[slot] != 0 && !isLeftAt(slots[slot], configuration, leftLength)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isLeftAt(int entry, int[] configuration, int leftLength) {
    int start = entry + HEADER;
    return ints[entry + LEFT_LENGTH] == leftLength
        && Arrays.equals(ints, start, start + leftLength, configuration, 0, leftLength);
  }

  private void rehash() {
    int[] old = slots;
    slots = new int[old.length * 2];
    int mask = slots.length - 1;
    for (int entry : old) {
      if (entry != 0) {
        int slot = hash(ints, entry + HEADER, ints[entry + LEFT_LENGTH]) & mask;
        while (slots[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = entry;
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
