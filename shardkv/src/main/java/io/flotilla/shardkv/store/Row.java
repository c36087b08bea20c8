package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;

/**
 * What a key holds.
 *
 * @param value the bytes; empty in a tombstone
 * @param counter the shard's modification counter when it was written: the row's version
 * @param isTombstone whether this says that the key was deleted; a tombstone is a row like any
 *     other to the store and is only gone once it is removed
 */
public record Row(ByteString value, long counter, boolean isTombstone) {
  public Row {
    Check.that(!isTombstone || value.isEmpty(), "a tombstone with a value");
  }

  /** A row that holds a value. */
  public static Row of(ByteString value, long counter) {
    return new Row(value, counter, false);
  }

  /** A row that says the key was deleted. */
  public static Row tombstone(long counter) {
    return new Row(ByteString.EMPTY, counter, true);
  }
}
