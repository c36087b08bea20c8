package io.flotilla.shardkv.store;

import java.util.Optional;

/**
 * What a layer knows about a key.
 *
 * @param row the row, if there is one
 * @param isKnown whether the layers below have no say
 */
record Slot(Optional<Row> row, boolean isKnown) {
  /** Nothing: ask the layer below. */
  static final Slot UNKNOWN = new Slot(Optional.empty(), false);

  /** The key has no row, whatever the layers below say. */
  static final Slot REMOVED = new Slot(Optional.empty(), true);

  static Slot of(Row row) {
    return new Slot(Optional.of(row), true);
  }
}
