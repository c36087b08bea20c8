package io.flotilla.shardkv.store;

/** The tables of a namespace, in the order in which they sort. */
public enum RowKind {
  /** What clients wrote. */
  DATA((byte) 1),
  /** What the shard remembers about sessions: their last operations and answers. */
  SESSION((byte) 2),
  /** Which keys changed since the shard began to move away, by the counter of the change. */
  CHANGE((byte) 3);

  private final byte code;

  RowKind(byte code) {
    this.code = code;
  }

  /** Stands for this kind in files and in the order of keys; never changes. */
  public byte code() {
    return code;
  }

  static boolean isCode(byte code) {
    return code >= DATA.code && code <= CHANGE.code;
  }

  static RowKind ofCode(byte code) {
    return values()[code - DATA.code];
  }
}
