package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;

/**
 * A walk over rows in unsigned order of their keys, one row at a time, so that the caller decides
 * how much work one turn of its loop may do.
 *
 * <p>On the group's loop. Valid until the namespace it walks is changed, a checkpoint is begun or
 * ends, or a restore takes over.
 */
public interface RowCursor {
  /**
   * Steps to the next row; before the first call there is none.
   *
   * @return false at the end; then {@link #key} and {@link #row} mean nothing
   */
  boolean next() throws StoreDamage;

  /** Key of the row stepped to. */
  ByteString key();

  /** The row stepped to. */
  Row row();
}
