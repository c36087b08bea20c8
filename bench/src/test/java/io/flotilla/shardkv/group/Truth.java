package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.Answer.Kind;
import java.util.Optional;

/**
 * What one key is after all effects so far, anywhere: the specification in a few lines.
 *
 * @param value of the key
 * @param version of the key; 0 if absent
 * @param changes of the shard so far
 */
record Truth(Optional<ByteString> value, long version, long changes) {
  static final Truth NOTHING = new Truth(Optional.empty(), 0, 0);

  /** Afterwards, and what the client should be told. */
  record Told(Truth after, Answer answer) {}

  Told apply(Change change) {
    if (change instanceof Change.Append append) {
      Truth after = written(value.orElse(ByteString.EMPTY).concat(append.value()));
      return new Told(after, new Answer(Kind.WRITTEN, after.version));
    }
    return value.isPresent()
        ? new Told(new Truth(Optional.empty(), 0, changes + 1), Answer.of(Kind.DELETED))
        : new Told(this, Answer.of(Kind.NOT_FOUND));
  }

  private Truth written(ByteString newValue) {
    return new Truth(Optional.of(newValue), changes + 1, changes + 1);
  }
}
