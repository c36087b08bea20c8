package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.Answer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shard as it is when every operation takes effect once, somewhere: the specification in a few
 * lines.
 *
 * @param keys what each key holds
 * @param changes of the shard so far
 */
record Truth(List<Key> keys, long changes) {
  static final Truth NOTHING = new Truth(List.of(Key.ABSENT, Key.ABSENT), 0);

  /**
   * What a key holds.
   *
   * @param version 0 if it is absent
   */
  record Key(Optional<ByteString> value, long version) {
    static final Key ABSENT = new Key(Optional.empty(), 0);
  }

  /** Afterwards, and what the client should be told. */
  record Told(Truth after, Answer answer) {}

  Told apply(int key, Change change) {
    Optional<ByteString> value = keys.get(key).value();
    if (change instanceof Change.Append append) {
      ByteString longer = value.orElse(ByteString.EMPTY).concat(append.value());
      Truth after = with(key, new Key(Optional.of(longer), changes + 1));
      return new Told(after, new Answer(Kind.WRITTEN, changes + 1));
    }
    return value.isPresent()
        ? new Told(with(key, Key.ABSENT), Answer.of(Kind.DELETED))
        : new Told(this, Answer.of(Kind.NOT_FOUND));
  }

  private Truth with(int key, Key now) {
    List<Key> after = new ArrayList<>(keys);
    after.set(key, now);
    return new Truth(List.copyOf(after), changes + 1);
  }
}
