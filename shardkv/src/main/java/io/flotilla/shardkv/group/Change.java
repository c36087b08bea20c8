package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** What a client wants done to one key. Immutable. */
public sealed interface Change {
  /** Sets the value. */
  record Put(ByteString value) implements Change {}

  /** Adds to the end of the value; an absent key counts as empty. */
  record Append(ByteString value) implements Change {}

  /** Takes the key away. */
  record Delete() implements Change {}

  /** Sets the value if it is what is expected; nothing expected means the key must be absent. */
  record CompareAndSet(Optional<ByteString> expected, ByteString value) implements Change {}

  /** Sets the value if the key's version is the given one; 0 means the key must be absent. */
  record PutIfVersion(long version, ByteString value) implements Change {}
}
