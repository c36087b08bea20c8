package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Rows in one sorted map. */
final class MapRows implements ShardRows {
  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::namespace)
          .thenComparing(Place::kind)
          .thenComparing(Place::key, ByteString.unsignedLexicographicalComparator());

  final TreeMap<Place, Row> rows = new TreeMap<>(ORDER);

  record Place(Namespace namespace, RowKind kind, ByteString key) {}

  @Override
  public Optional<Row> get(Namespace namespace, RowKind kind, ByteString key) {
    return Optional.ofNullable(rows.get(new Place(namespace, kind, key)));
  }

  @Override
  public void put(Namespace namespace, RowKind kind, ByteString key, Row row) {
    rows.put(new Place(namespace, kind, key), row);
  }

  @Override
  public void remove(Namespace namespace, RowKind kind, ByteString key) {
    rows.remove(new Place(namespace, kind, key));
  }

  @Override
  public RowCursor scan(Namespace namespace, RowKind kind, ByteString fromInclusive) {
    Iterator<Map.Entry<Place, Row>> walk =
        rows.tailMap(new Place(namespace, kind, fromInclusive)).entrySet().iterator();
    return new RowCursor() {
      private Place place = new Place(namespace, kind, ByteString.EMPTY);
      private Row row = Row.tombstone(0);

      @Override
      public boolean next() {
        if (!walk.hasNext()) {
          return false;
        }
        Map.Entry<Place, Row> entry = walk.next();
        place = entry.getKey();
        row = entry.getValue();
        return place.namespace().equals(namespace) && place.kind() == kind;
      }

      @Override
      public ByteString key() {
        return place.key();
      }

      @Override
      public Row row() {
        return row;
      }
    };
  }

  @Override
  public void dropNamespace(Namespace namespace) {
    rows.keySet().removeIf(place -> place.namespace().equals(namespace));
  }
}
