package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One immutable checkpoint: a manifest and its tables, mapped. Stays readable after its files were
 * deleted. Any loop.
 */
final class Checkpoint {
  /** That of a new store. */
  static final Checkpoint NONE = new Checkpoint(Manifest.NONE, List.of());

  private final Manifest manifest;
  private final List<TableFile> tables;

  Checkpoint(Manifest manifest, List<TableFile> tables) {
    this.manifest = manifest;
    this.tables = List.copyOf(tables);
  }

  Manifest manifest() {
    return manifest;
  }

  List<TableFile> tables() {
    return tables;
  }

  Optional<Row> get(Namespace namespace, RowKind kind, ByteString key) throws StoreDamage {
    if (tables.isEmpty()) {
      return Optional.empty();
    }
    byte[] tableKey = TableKey.of(namespace, kind, key);
    int table = tableOf(tableKey);
    return table < 0 ? Optional.empty() : tables.get(table).get(tableKey);
  }

  /** Walks the rows of a namespace and kind from a key on. */
  LayerWalk walk(Namespace namespace, RowKind kind, ByteString fromInclusive) {
    byte[] from = TableKey.of(namespace, kind, fromInclusive);
    return new TableWalk(Math.max(0, tableOf(from)), from, TableKey.endOf(namespace, kind));
  }

  /** The last table whose first key is not above {@code key}; -1 if there is none. */
  private int tableOf(byte[] key) {
    int low = 0;
    int high = tables.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(tables.get(middle).firstKey(), key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** From one table to the next. */
  private final class TableWalk implements LayerWalk {
    private final byte[] from;
    private final byte[] to;
    private int table;
    private Optional<Iterator<Map.Entry<byte[], byte[]>>> pairs = Optional.empty();
    private ByteString key = ByteString.EMPTY;
    private Slot slot = Slot.UNKNOWN;

    TableWalk(int table, byte[] from, byte[] to) {
      this.table = table;
      this.from = from;
      this.to = to;
    }

    @Override
    public boolean atEnd() {
      return table >= tables.size();
    }

    @Override
    public ByteString key() {
      return key;
    }

    @Override
    public Slot slot() {
      return slot;
    }

    @Override
    public void advance() throws StoreDamage {
      for (; table < tables.size(); table++) {
        TableFile file = tables.get(table);
        if (pairs.isEmpty()) {
          pairs = Optional.of(file.walk(from, to));
        }
        Optional<Map.Entry<byte[], byte[]>> pair = file.next(pairs.get());
        if (pair.isPresent()) {
          byte[] tableKey = pair.get().getKey();
          key = TableKey.keyOf(tableKey);
          slot = Slot.of(file.decode(tableKey, pair.get().getValue()));
          return;
        }
        pairs = Optional.empty();
        if (Arrays.compareUnsigned(file.firstKey(), to) >= 0) {
          table = tables.size();
        }
      }
    }
  }
}
