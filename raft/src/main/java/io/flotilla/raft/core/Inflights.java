package io.flotilla.raft.core;

/**
 * AppendEntries sent to one peer and not acknowledged, bounded in messages and in bytes; a ring. An
 * acknowledgement names the last index of a message and settles every message up to it, so a lost
 * acknowledgement is made good by the next one.
 */
final class Inflights {
  private final long maxBytes;
  private final long[] lastIndices;
  private final long[] sizes;
  private int first;
  private int count;
  private long bytes;

  Inflights(int maxMessages, long maxBytes) {
    this.maxBytes = maxBytes;
    this.lastIndices = new long[maxMessages];
    this.sizes = new long[maxMessages];
  }

  /** Whether no further message may be sent. */
  boolean full() {
    return count == lastIndices.length || bytes >= maxBytes;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  /** A message that ends at {@code lastIndex} has been sent. */
  void add(long lastIndex, long size) {
    int slot = (first + count) % lastIndices.length;
    lastIndices[slot] = lastIndex;
    sizes[slot] = size;
    bytes += size;
    count++;
  }

  /** Everything up to {@code index} has arrived. */
  void settleThrough(long index) {
    while (count > 0 && lastIndices[first] <= index) {
      bytes -= sizes[first];
      first = (first + 1) % lastIndices.length;
      count--;
    }
  }

  void clear() {
    first = 0;
    count = 0;
    bytes = 0;
  }
}
