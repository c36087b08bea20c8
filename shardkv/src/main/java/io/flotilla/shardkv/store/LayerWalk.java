package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;

/**
 * A walk over what one layer knows about keys, ascending. Stands before the first key until it is
 * advanced.
 */
interface LayerWalk {
  boolean atEnd();

  ByteString key();

  /** What the layer knows about the key; never unknown. */
  Slot slot();

  void advance() throws StoreDamage;
}
