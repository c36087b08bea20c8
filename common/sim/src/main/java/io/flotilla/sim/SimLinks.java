package io.flotilla.sim;

import java.util.BitSet;

/** Which node can reach which: one bit for each ordered pair, by the ordinals of the nodes. */
final class SimLinks {
  private static final int NODES_MAX = 1 << 10;

  private final BitSet cut = new BitSet();

  boolean isCut(int from, int to) {
    return cut.get(from * NODES_MAX + to);
  }

  void cut(int from, int to) {
    cut.set(from * NODES_MAX + to);
  }

  void heal(int from, int to) {
    cut.clear(from * NODES_MAX + to);
  }

  void healAll() {
    cut.clear();
  }
}
