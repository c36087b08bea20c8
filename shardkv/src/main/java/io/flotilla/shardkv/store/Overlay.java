package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeMap;

/**
 * What changed since a checkpoint: one layer in memory over those below it. On the group's loop;
 * see {@link RowTable} for what the file loop may do with a frozen one.
 */
final class Overlay {
  private final TreeMap<Namespace, Tables> namespaces = new TreeMap<>();

  /** Where the last read or put was: one operation asks for the same namespace several times. */
  private Recent recent = new Recent(new Namespace(0, Long.MIN_VALUE), new Tables(false));

  /** A namespace and its tables. */
  private record Recent(Namespace namespace, Tables tables) {
    boolean is(Namespace other) {
      return namespace.shard() == other.shard() && namespace.epoch() == other.epoch();
    }
  }

  /**
   * The two tables of a namespace.
   *
   * @param hidesBelow whether the namespace was dropped when this layer began on it
   */
  private record Tables(boolean hidesBelow, RowTable data, RowTable session) {
    Tables(boolean hidesBelow) {
      this(hidesBelow, new RowTable(), new RowTable());
    }

    RowTable of(RowKind kind) {
      return kind == RowKind.DATA ? data : session;
    }

    long rows() {
      return data.rows() + session.rows();
    }
  }

  Slot get(Namespace namespace, RowKind kind, ByteString key) {
    Tables tables = recent.is(namespace) ? recent.tables() : namespaces.get(namespace);
    if (tables == null) {
      return Slot.UNKNOWN;
    }
    remember(namespace, tables);
    Slot slot = tables.of(kind).get(key);
    return slot.isKnown() || !tables.hidesBelow() ? slot : Slot.REMOVED;
  }

  void put(Namespace namespace, RowKind kind, ByteString key, Slot slot) {
    if (!recent.is(namespace)) {
      remember(namespace, namespaces.computeIfAbsent(namespace, any -> new Tables(false)));
    }
    recent.tables().of(kind).put(key, slot);
  }

  void drop(Namespace namespace) {
    Tables tables = new Tables(true);
    namespaces.put(namespace, tables);
    recent = new Recent(namespace, tables);
  }

  private void remember(Namespace namespace, Tables tables) {
    if (!recent.is(namespace)) {
      recent = new Recent(namespace, tables);
    }
  }

  /** Whether the layers below have no say about the namespace. */
  boolean hidesBelow(Namespace namespace) {
    Tables tables = namespaces.get(namespace);
    return tables != null && tables.hidesBelow();
  }

  /** Whether it has rows of the namespace. */
  boolean hasRows(Namespace namespace) {
    Tables tables = namespaces.get(namespace);
    return tables != null && tables.rows() > 0;
  }

  /** The namespaces it knows something about. */
  NavigableSet<Namespace> namespaces() {
    return Collections.unmodifiableNavigableSet(namespaces.navigableKeySet());
  }

  LayerWalk walk(Namespace namespace, RowKind kind, ByteString fromInclusive) {
    return tableOf(namespace, kind).walk(fromInclusive);
  }

  LayerWalk sorted(Namespace namespace, RowKind kind) {
    return tableOf(namespace, kind).sorted();
  }

  /** Takes over what a newer layer knows. */
  void absorb(Overlay newer) {
    newer.namespaces.forEach(
        (namespace, tables) -> {
          if (tables.hidesBelow()) {
            namespaces.put(namespace, tables);
            recent = new Recent(namespace, tables);
          } else {
            Tables mine = namespaces.computeIfAbsent(namespace, any -> new Tables(false));
            mine.data().absorb(tables.data());
            mine.session().absorb(tables.session());
          }
        });
  }

  long rows() {
    return namespaces.values().stream().mapToLong(Tables::rows).sum();
  }

  /** Estimated bytes on the heap. */
  long bytes() {
    return namespaces.values().stream()
        .mapToLong(tables -> tables.data().bytes() + tables.session().bytes())
        .sum();
  }

  /** Bytes of keys and values. */
  long liveBytes() {
    return namespaces.values().stream()
        .mapToLong(tables -> tables.data().liveBytes() + tables.session().liveBytes())
        .sum();
  }

  private RowTable tableOf(Namespace namespace, RowKind kind) {
    Tables tables = namespaces.get(namespace);
    return tables == null ? new RowTable() : tables.of(kind);
  }
}
