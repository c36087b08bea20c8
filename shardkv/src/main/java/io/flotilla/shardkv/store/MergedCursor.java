package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import java.util.List;
import java.util.Optional;

/**
 * The rows that several layers make together: of a key that more than one knows, the newest has the
 * say. Confined to its user.
 */
final class MergedCursor implements RowCursor {
  private final List<LayerWalk> newestFirst;
  private boolean isStarted;
  private ByteString key = ByteString.EMPTY;
  private Optional<Row> row = Optional.empty();

  MergedCursor(List<LayerWalk> newestFirst) {
    this.newestFirst = newestFirst;
  }

  @Override
  public boolean next() throws StoreDamage {
    if (!isStarted) {
      isStarted = true;
      for (LayerWalk layer : newestFirst) {
        layer.advance();
      }
    }
    do {
      Optional<LayerWalk> first = first();
      if (first.isEmpty()) {
        row = Optional.empty();
        return false;
      }
      key = first.get().key();
      row = first.get().slot().row();
      for (LayerWalk layer : newestFirst) {
        if (!layer.atEnd() && layer.key().equals(key)) {
          layer.advance();
        }
      }
    } while (row.isEmpty());
    return true;
  }

  @Override
  public ByteString key() {
    Check.that(row.isPresent(), "no row stepped to");
    return key;
  }

  @Override
  public Row row() {
    return row.orElseThrow();
  }

  /** The newest layer among those that stand on the smallest key. */
  private Optional<LayerWalk> first() {
    Optional<LayerWalk> first = Optional.empty();
    for (LayerWalk layer : newestFirst) {
      if (!layer.atEnd()
          && (first.isEmpty() || KeyOrder.compare(layer.key(), first.get().key()) < 0)) {
        first = Optional.of(layer);
      }
    }
    return first;
  }
}
