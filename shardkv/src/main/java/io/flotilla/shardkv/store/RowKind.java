package io.flotilla.shardkv.store;

/** The two tables of a namespace; data rows sort before session rows. */
public enum RowKind {
  /** What clients wrote. */
  DATA((byte) 1),
  /** What the shard remembers about sessions: their last operations and answers. */
  SESSION((byte) 2);

  private final byte code;

  RowKind(byte code) {
    this.code = code;
  }

  /** Stands for this kind in files and in the order of keys; never changes. */
  byte code() {
    return code;
  }

  static boolean isCode(byte code) {
    return code == DATA.code || code == SESSION.code;
  }

  static RowKind ofCode(byte code) {
    return code == DATA.code ? DATA : SESSION;
  }
}
