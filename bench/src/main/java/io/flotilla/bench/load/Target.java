package io.flotilla.bench.load;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a load is driven against. Any thread; every future is completed some day. */
interface Target {
  CompletableFuture<Optional<ByteString>> get(ByteString key);

  CompletableFuture<Void> put(ByteString key, ByteString value);

  /** Reads the first {@code limit} keys that start with {@code prefix}; answers how many. */
  CompletableFuture<Integer> scan(ByteString prefix, int limit);

  /** Whether a call that ended like this may have taken effect all the same. */
  boolean isUnknown(Throwable failure);
}
