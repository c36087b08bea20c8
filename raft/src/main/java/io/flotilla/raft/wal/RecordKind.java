package io.flotilla.raft.wal;

import java.util.Optional;

/** What a record on disk is; the codes are part of the format and never reused. */
enum RecordKind {
  ENTRIES(1),
  HARD(2),
  COMPACTED(3),
  RESET(4),
  REMOVED(5),
  /**
   * Entries that were in the log already, copied so that the segment they stood in can go. Unlike
   * {@link #ENTRIES} they never cut what follows them.
   */
  CARRIED(6);

  private static final RecordKind[] KINDS = values();

  final byte code;

  RecordKind(int code) {
    this.code = (byte) code;
  }

  static Optional<RecordKind> of(byte code) {
    return code >= 1 && code <= KINDS.length ? Optional.of(KINDS[code - 1]) : Optional.empty();
  }

  static RecordKind of(WalRecord record) {
    if (record instanceof WalRecord.Entries) {
      return ENTRIES;
    }
    if (record instanceof WalRecord.Hard) {
      return HARD;
    }
    if (record instanceof WalRecord.Compacted) {
      return COMPACTED;
    }
    if (record instanceof WalRecord.Reset) {
      return RESET;
    }
    if (record instanceof WalRecord.Removed) {
      return REMOVED;
    }
    throw new AssertionError("record of unknown kind " + record.getClass());
  }
}
