package io.flotilla.bench.load;

import com.google.protobuf.ByteString;
import io.flotilla.sim.history.Operation;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * One client as a history knows it: calls one thing at a time and records how it ended. Handed from
 * thread to thread by the answers it waits for.
 */
final class Caller {
  private final Target target;
  private final Values values;
  private final Recording recording;
  private final LongSupplier clock;
  private long client;
  private long writes;
  private volatile Optional<Operation> open = Optional.empty();

  Caller(Target target, Values values, Recording recording, LongSupplier clock) {
    this.target = target;
    this.values = values;
    this.recording = recording;
    this.clock = clock;
    this.client = recording.newClient();
  }

  CompletableFuture<?> read(ByteString key) {
    if (!recording.isOn()) {
      return target.get(key);
    }
    Operation operation = Operation.get(name(), key.toStringUtf8(), clock.getAsLong());
    open = Optional.of(operation);
    return target
        .get(key)
        .whenComplete(
            (seen, failure) ->
                record(
                    failure == null
                        ? now -> operation.read(seen.map(ByteString::toStringUtf8), now)
                        : ended(operation, failure)));
  }

  CompletableFuture<?> write(ByteString key) {
    ByteString value = values.value(client, ++writes);
    if (!recording.isOn()) {
      return target.put(key, value);
    }
    Operation operation =
        Operation.put(name(), key.toStringUtf8(), value.toStringUtf8(), clock.getAsLong());
    open = Optional.of(operation);
    return target
        .put(key, value)
        .whenComplete(
            (done, failure) ->
                record(failure == null ? operation::done : ended(operation, failure)));
  }

  /** Histories have no word for a scan. */
  CompletableFuture<?> scan(ByteString prefix, int limit) {
    return target.scan(prefix, limit);
  }

  /** Records the call that was never answered as it stands: without a return. */
  void abandon() {
    open.ifPresent(recording::write);
  }

  private LongFunction<Operation> ended(Operation operation, Throwable failure) {
    if (!target.isUnknown(failure)) {
      return operation::failed;
    }
    client = recording.newClient();
    writes = 0;
    return operation::unknown;
  }

  private void record(LongFunction<Operation> ending) {
    open = Optional.empty();
    recording.write(ending.apply(clock.getAsLong()));
  }

  private String name() {
    return Long.toString(client);
  }
}
