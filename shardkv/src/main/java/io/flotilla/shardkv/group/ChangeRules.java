package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.flotilla.shardkv.group.Answer.Kind;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;

/**
 * What a change does to the row of its key. Limits are decided here, on every replica alike, and
 * their answer is recorded like any other. Pure over rows.
 */
final class ChangeRules {
  private final ShardRows rows;

  ChangeRules(ShardRows rows) {
    this.rows = rows;
  }

  /**
   * What a change came to.
   *
   * @param answer for the client
   * @param tally of the shard afterwards
   */
  record Effect(Answer answer, ShardState.Tally tally) {}

  Effect apply(Namespace namespace, ShardState.Tally tally, KvCommand.Mutate operation)
      throws StoreDamage {
    ByteString key = operation.key();
    if (key.isEmpty() || key.size() > Limits.KEY_BYTES_MAX) {
      return new Effect(Answer.of(Kind.KEY_LIMIT), tally);
    }
    Optional<Row> row = rows.get(namespace, RowKind.DATA, key).filter(r -> !r.isTombstone());
    Place place = new Place(namespace, tally, key, row);
    Change change = operation.change();
    if (change instanceof Change.Put put) {
      return write(place, put.value(), Kind.WRITTEN);
    } else if (change instanceof Change.Append append) {
      return append(place, append.value());
    } else if (change instanceof Change.Delete) {
      return delete(place);
    } else if (change instanceof Change.CompareAndSet cas) {
      boolean matches = cas.expected().equals(row.map(Row::value));
      return conditional(place, matches, cas.value(), Kind.SWAPPED, Kind.NOT_SWAPPED);
    } else {
      Change.PutIfVersion put = (Change.PutIfVersion) change;
      boolean matches = put.version() == place.version();
      return conditional(place, matches, put.value(), Kind.STORED, Kind.NOT_STORED);
    }
  }

  /** A key as it was found. */
  private record Place(
      Namespace namespace, ShardState.Tally tally, ByteString key, Optional<Row> row) {
    long version() {
      return row.isPresent() ? row.get().counter() : 0;
    }
  }

  private Effect append(Place place, ByteString suffix) {
    ByteString old = place.row.isPresent() ? place.row.get().value() : ByteString.EMPTY;
    if ((long) old.size() + suffix.size() > Limits.VALUE_BYTES_MAX) {
      return new Effect(Answer.of(Kind.VALUE_LIMIT), place.tally);
    }
    // Flat, not a rope: a value grown by a million appends must not be a tree of a million pieces.
    byte[] whole = new byte[old.size() + suffix.size()];
    old.copyTo(whole, 0);
    suffix.copyTo(whole, old.size());
    return write(place, UnsafeByteOperations.unsafeWrap(whole), Kind.WRITTEN);
  }

  private Effect conditional(
      Place place, boolean matches, ByteString value, Kind taken, Kind refused) {
    if (value.size() > Limits.VALUE_BYTES_MAX) {
      return new Effect(Answer.of(Kind.VALUE_LIMIT), place.tally);
    }
    return matches
        ? write(place, value, taken)
        : new Effect(new Answer(refused, place.version()), place.tally);
  }

  private Effect write(Place place, ByteString value, Kind kind) {
    if (value.size() > Limits.VALUE_BYTES_MAX) {
      return new Effect(Answer.of(Kind.VALUE_LIMIT), place.tally);
    }
    ShardState.Tally tally =
        place.row.isPresent()
            ? place.tally.changed(0, value.size() - place.row.get().value().size())
            : place.tally.changed(1, place.key.size() + value.size());
    rows.put(place.namespace, RowKind.DATA, place.key, Row.of(value, tally.counter()));
    return new Effect(new Answer(kind, tally.counter()), tally);
  }

  private Effect delete(Place place) {
    if (place.row.isEmpty()) {
      return new Effect(Answer.of(Kind.NOT_FOUND), place.tally);
    }
    rows.remove(place.namespace, RowKind.DATA, place.key);
    long bytes = (long) place.key.size() + place.row.get().value().size();
    return new Effect(Answer.of(Kind.DELETED), place.tally.changed(-1, -bytes));
  }
}
