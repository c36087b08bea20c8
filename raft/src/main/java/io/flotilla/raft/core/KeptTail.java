package io.flotilla.raft.core;

/**
 * Entries that stay in memory only as a courtesy to followers a little late: applied and durable,
 * and bounded in bytes.
 */
final class KeptTail {
  private final long bytesMax;
  private long end;
  private long bytes;

  /** None so far; those after {@code index} may follow. */
  KeptTail(long index, long bytesMax) {
    this.end = index;
    this.bytesMax = bytesMax;
  }

  /** The window begins anew after {@code index}. */
  void reset(long index) {
    end = index;
    bytes = 0;
  }

  /**
   * Everything up to {@code settled} is applied and durable.
   *
   * @return the last index of {@code window} that need not be kept any more
   */
  long surplus(LogWindow window, long settled) {
    while (end < settled) {
      end++;
      bytes += window.at(end).sizeBytes();
    }
    long drop = window.base().index();
    while (bytes > bytesMax) {
      drop++;
      bytes -= window.at(drop).sizeBytes();
    }
    return drop;
  }
}
