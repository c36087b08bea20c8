package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the overlay knows about the keys of one namespace and kind. Hashed for point reads; put in
 * order only when somebody walks, because most tables are never walked between two checkpoints.
 *
 * <p>On the group's loop. Once frozen, {@link #sorted} may be called on the file loop meanwhile.
 */
final class RowTable {
  /** Estimate of what an entry costs on the heap besides its bytes. */
  private static final int ENTRY_BYTES = 160;

  /** Stands for no row, known by identity. */
  private static final Row REMOVED = Row.tombstone(0);

  /**
   * Straight to the row: reads of many keys in no order wait for memory, and every object on the
   * way to the value is another wait.
   */
  private final LinkedHashMap<ByteString, Row> known = new LinkedHashMap<>();

  private final TreeSet<ByteString> ordered = new TreeSet<>(KeyOrder.UNSIGNED);
  private final List<ByteString> unordered = new ArrayList<>();
  private boolean isOrdered;
  private long bytes;
  private long rows;

  /**
   * @param isOrdered whether somebody is expected to walk: then keys are put in order one by one as
   *     they come, not all in the one step that walks first
   */
  RowTable(boolean isOrdered) {
    this.isOrdered = isOrdered;
  }

  Slot get(ByteString key) {
    Row row = known.get(key);
    if (row == null) {
      return Slot.UNKNOWN;
    }
    return isRemoved(row) ? Slot.REMOVED : Slot.of(row);
  }

  void put(ByteString key, Slot slot) {
    put(key, slot.row().orElse(REMOVED));
  }

  private void put(ByteString key, Row row) {
    Row before = known.put(key, row);
    if (before == null) {
      if (isOrdered) {
        ordered.add(key);
      } else {
        unordered.add(key);
      }
      bytes += ENTRY_BYTES + key.size();
      before = REMOVED;
    }
    bytes += row.value().size() - before.value().size();
    rows += (isRemoved(row) ? 0 : 1) - (isRemoved(before) ? 0 : 1);
  }

  /** Takes over what a newer table knows. */
  void absorb(RowTable newer) {
    newer.known.forEach(this::put);
  }

  /** Estimated bytes on the heap. */
  long bytes() {
    return bytes;
  }

  /** Bytes of the keys and values of its rows, removed keys included. */
  long liveBytes() {
    return bytes - (long) known.size() * ENTRY_BYTES;
  }

  long rows() {
    return rows;
  }

  /** Walks from a key on; valid until the next put of a new key. */
  LayerWalk walk(ByteString fromInclusive) {
    isOrdered = true;
    ordered.addAll(unordered);
    unordered.clear();
    return new KeyWalk(ordered.tailSet(fromInclusive, true).iterator());
  }

  /** How many keys the next walk would have to put in order first. */
  int unordered() {
    return unordered.size();
  }

  /** Whether somebody has walked, or was expected to. */
  boolean isOrdered() {
    return isOrdered;
  }

  /** Walks all keys, by an order of its own that shares nothing with {@link #walk}. */
  LayerWalk sorted() {
    List<ByteString> keys = new ArrayList<>(known.keySet());
    keys.sort(KeyOrder.UNSIGNED);
    return new KeyWalk(keys.iterator());
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isRemoved(Row row) {
    return row == REMOVED;
  }

  /** A walk over some of the keys. */
  private final class KeyWalk implements LayerWalk {
    private final Iterator<ByteString> keys;
    private Optional<ByteString> key = Optional.empty();

    KeyWalk(Iterator<ByteString> keys) {
      this.keys = keys;
    }

    @Override
    public boolean atEnd() {
      return key.isEmpty();
    }

    @Override
    public ByteString key() {
      return key.orElseThrow();
    }

    @Override
    public Slot slot() {
      return get(key.orElseThrow());
    }

    @Override
    public void advance() {
      key = keys.hasNext() ? Optional.of(keys.next()) : Optional.empty();
    }
  }
}
