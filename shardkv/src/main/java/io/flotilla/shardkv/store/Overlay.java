package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What changed since a checkpoint: one layer in memory over those below it. On the group's loop;
 * see {@link RowTable} for what the file loop may do with a frozen one.
 */
final class Overlay {
  private final TreeMap<Namespace, Tables> namespaces = new TreeMap<>();

  /** Namespaces whose rows of the kind were walked in the layer before. */
  private final TreeSet<Namespace> walkedData = new TreeSet<>();

  private final TreeSet<Namespace> walkedSessions = new TreeSet<>();
  private final TreeSet<Namespace> walkedChanges = new TreeSet<>();

  /** What was found last for each shard: calls come for any shard, but seldom for old epochs. */
  private Found[] byShard = new Found[0];

  /** The tables of a namespace, by its epoch. */
  private record Found(long epoch, Tables tables) {
    /** Of no namespace: tables that know nothing. */
    static final Found NOTHING = new Found(Long.MIN_VALUE, new Tables(false, kind -> false));
  }

  /**
   * The tables of a namespace.
   *
   * @param hidesBelow whether the namespace was dropped when this layer began on it
   */
  private record Tables(boolean hidesBelow, RowTable data, RowTable session, RowTable change) {
    Tables(boolean hidesBelow, Predicate<RowKind> isWalked) {
      this(
          hidesBelow,
          new RowTable(isWalked.test(RowKind.DATA)),
          new RowTable(isWalked.test(RowKind.SESSION)),
          new RowTable(isWalked.test(RowKind.CHANGE)));
    }

    RowTable of(RowKind kind) {
      return switch (kind) {
        case DATA -> data;
        case SESSION -> session;
        case CHANGE -> change;
      };
    }

    void absorb(Tables newer) {
      data.absorb(newer.data);
      session.absorb(newer.session);
      change.absorb(newer.change);
    }

    long rows() {
      return data.rows() + session.rows() + change.rows();
    }

    long bytes() {
      return data.bytes() + session.bytes() + change.bytes();
    }

    long liveBytes() {
      return data.liveBytes() + session.liveBytes() + change.liveBytes();
    }
  }

  Slot get(Namespace namespace, RowKind kind, ByteString key) {
    Tables tables = find(namespace).tables();
    Slot slot = tables.of(kind).get(key);
    return slot.isKnown() || !tables.hidesBelow() ? slot : Slot.REMOVED;
  }

  void put(Namespace namespace, RowKind kind, ByteString key, Slot slot) {
    Found found = find(namespace);
    if (found.epoch() != namespace.epoch()) {
      found = enter(namespace, tables(namespace, false));
    }
    found.tables().of(kind).put(key, slot);
  }

  void drop(Namespace namespace) {
    enter(namespace, tables(namespace, true));
  }

  /** An empty layer to go on top of this one: what was walked here will be walked there. */
  Overlay next() {
    Overlay next = new Overlay();
    namespaces.forEach(
        (namespace, tables) -> {
          for (RowKind kind : RowKind.values()) {
            if (tables.of(kind).isOrdered()) {
              next.walked(kind).add(namespace);
            }
          }
        });
    return next;
  }

  private Tables tables(Namespace namespace, boolean hidesBelow) {
    return new Tables(hidesBelow, kind -> walked(kind).contains(namespace));
  }

  private NavigableSet<Namespace> walked(RowKind kind) {
    return switch (kind) {
      case DATA -> walkedData;
      case SESSION -> walkedSessions;
      case CHANGE -> walkedChanges;
    };
  }

  private Found find(Namespace namespace) {
    int shard = namespace.shard();
    if (shard < byShard.length && byShard[shard].epoch() == namespace.epoch()) {
      return byShard[shard];
    }
    Tables tables = namespaces.get(namespace);
    return tables == null ? Found.NOTHING : remember(namespace, tables);
  }

  private Found enter(Namespace namespace, Tables tables) {
    namespaces.put(namespace, tables);
    return remember(namespace, tables);
  }

  private Found remember(Namespace namespace, Tables tables) {
    int shard = namespace.shard();
    if (shard >= byShard.length) {
      int old = byShard.length;
      byShard = Arrays.copyOf(byShard, shard + 1);
      Arrays.fill(byShard, old, shard + 1, Found.NOTHING);
    }
    byShard[shard] = new Found(namespace.epoch(), tables);
    return byShard[shard];
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

  /** How many keys the next walk would have to put in order first. */
  int unordered(Namespace namespace, RowKind kind) {
    return tableOf(namespace, kind).unordered();
  }

  /** Takes over what a newer layer knows. */
  void absorb(Overlay newer) {
    newer.namespaces.forEach(
        (namespace, tables) -> {
          if (tables.hidesBelow()) {
            enter(namespace, tables);
          } else {
            namespaces.computeIfAbsent(namespace, any -> tables(namespace, false)).absorb(tables);
          }
        });
  }

  long rows() {
    return namespaces.values().stream().mapToLong(Tables::rows).sum();
  }

  /** Estimated bytes on the heap. */
  long bytes() {
    return namespaces.values().stream().mapToLong(Tables::bytes).sum();
  }

  /** Bytes of keys and values. */
  long liveBytes() {
    return namespaces.values().stream().mapToLong(Tables::liveBytes).sum();
  }

  private RowTable tableOf(Namespace namespace, RowKind kind) {
    Tables tables = namespaces.get(namespace);
    return tables == null ? new RowTable(false) : tables.of(kind);
  }
}
