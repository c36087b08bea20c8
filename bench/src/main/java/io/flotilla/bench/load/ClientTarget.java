package io.flotilla.bench.load;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A cluster, reached as any application reaches it.
 *
 * @param client stays the caller's
 */
record ClientTarget(FlotillaClient client) implements Target {
  @Override
  public CompletableFuture<Optional<ByteString>> get(ByteString key) {
    return client.get(key);
  }

  @Override
  public CompletableFuture<Void> put(ByteString key, ByteString value) {
    return client.put(key, value);
  }

  @Override
  public CompletableFuture<Integer> scan(ByteString prefix, int limit) {
    return client.scan(prefix, limit, Optional.empty()).thenApply(page -> page.rows().size());
  }

  @Override
  public boolean isUnknown(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return !(cause instanceof FlotillaException ended)
        || ended.code() == FlotillaException.Code.UNKNOWN_OUTCOME;
  }
}
