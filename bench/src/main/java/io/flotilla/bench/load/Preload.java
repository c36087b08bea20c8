package io.flotilla.bench.load;

import com.google.protobuf.ByteString;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.Operation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Puts every key of a load once before it begins, some at a time. Any thread.
 *
 * <p>A put that is not acknowledged is tried again with another value: the first one may take
 * effect still, and a history must be able to tell the two apart.
 */
final class Preload {
  private static final int OUTSTANDING = 256;
  private static final int ATTEMPTS = 3;

  private final Target target;
  private final KeyNames names;
  private final Values values;
  private final Recording recording;
  private final LongSupplier clock;
  private final int keys;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();

  Preload(Target target, LoadConfig config, Recording recording, LongSupplier clock) {
    this.target = target;
    this.names = new KeyNames(config.keyBytes());
    this.values = new Values(config.valueBytes());
    this.recording = recording;
    this.clock = clock;
    this.keys = config.keys();
  }

  /** Completes when all keys are there, or with why one of them cannot be put. */
  CompletableFuture<Void> start() {
    for (int lane = 0; lane < OUTSTANDING; lane++) {
      advance();
    }
    return loaded;
  }

  long done() {
    return done.get();
  }

  /** A loop, not a recursion, over answers that are there at once. */
  private void advance() {
    while (!loaded.isDone()) {
      long number = next.getAndIncrement();
      if (number >= keys) {
        return;
      }
      CompletableFuture<Boolean> put = new CompletableFuture<>();
      put(number, 1, put);
      if (!put.isDone()) {
        goOnAfter(put);
        return;
      }
    }
  }

  private void goOnAfter(CompletionStage<Boolean> put) {
    put.thenRun(this::advance);
  }

  private void put(long number, int attempt, CompletableFuture<Boolean> settled) {
    ByteString key = names.key(number);
    long client = recording.newClient();
    ByteString value = values.value(client, attempt);
    long callNanos = clock.getAsLong();
    CompletionStage<Void> answer = target.put(key, value);
    answer.whenComplete(
        (ok, failure) -> {
          if (failure == null) {
            acknowledged(key, value);
            settled.complete(true);
            return;
          }
          unacknowledged(client, key, value, callNanos, failure);
          if (attempt == ATTEMPTS) {
            loaded.completeExceptionally(failure);
          } else {
            put(number, attempt + 1, settled);
          }
        });
  }

  private void acknowledged(ByteString key, ByteString value) {
    if (recording.isOn()) {
      recording.write(new InitLine(key.toStringUtf8(), value.toStringUtf8()));
    }
    if (done.incrementAndGet() == keys) {
      loaded.complete(null);
    }
  }

  private void unacknowledged(
      long client, ByteString key, ByteString value, long callNanos, Throwable failure) {
    if (recording.isOn() && target.isUnknown(failure)) {
      recording.write(
          Operation.put(Long.toString(client), key.toStringUtf8(), value.toStringUtf8(), callNanos)
              .unknown(clock.getAsLong()));
    }
  }
}
