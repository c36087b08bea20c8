package io.flotilla.bench.cluster;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.sim.Simulation;
import io.flotilla.sim.history.Operation;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * One client of a history: one operation at a time. After an unknown outcome it goes on under a new
 * name, because what it asked may still happen. Several lanes may share a machine and its session.
 */
final class Lane {
  /** Some values are longer, so that logs grow and rows of a shard need more than one piece. */
  private static final int PADDING_MAX = 1_500;

  private final Simulation simulation;
  private final FlotillaClient client;
  private final Recorder recorder;
  private final String name;
  private final RandomGenerator random;
  private final Map<String, Optional<String>> seen = new TreeMap<>();
  private int names;
  private long values;
  private boolean isBusy;

  Lane(Simulation simulation, FlotillaClient client, Recorder recorder, String name) {
    this.simulation = simulation;
    this.client = client;
    this.recorder = recorder;
    this.name = name;
    this.random = simulation.random("lane " + name);
  }

  boolean isBusy() {
    return isBusy;
  }

  /** Does something to {@code key}: about half the time it reads. */
  void doSomething(Keys.Key key, Runnable then) {
    if (random.nextBoolean()) {
      read(key.name(), then);
      return;
    }
    switch (key.style()) {
      case REGISTER -> {
        if (random.nextInt(4) == 0) {
          delete(key.name(), then);
        } else {
          put(key.name(), then);
        }
      }
      case APPENDED -> append(key.name(), then);
      case COMPARED -> {
        if (random.nextInt(4) == 0) {
          put(key.name(), then);
        } else {
          compareAndSet(key.name(), then);
        }
      }
    }
  }

  void read(String key, Runnable then) {
    start(
        Operation.get(client(), key, simulation.now()),
        client.get(bytes(key)),
        (operation, found) -> {
          Optional<String> value = found.map(ByteString::toStringUtf8);
          seen.put(key, value);
          return operation.read(value, simulation.now());
        },
        then);
  }

  private void put(String key, Runnable then) {
    String value = nextValue();
    start(
        Operation.put(client(), key, value, simulation.now()),
        client.put(bytes(key), bytes(value)),
        (operation, none) -> operation.done(simulation.now()),
        then);
  }

  private void append(String key, Runnable then) {
    String value = "[" + name + "." + ++values + "]";
    start(
        Operation.append(client(), key, value, simulation.now()),
        client.append(bytes(key), bytes(value)),
        (operation, none) -> operation.done(simulation.now()),
        then);
  }

  private void delete(String key, Runnable then) {
    start(
        Operation.delete(client(), key, simulation.now()),
        client.delete(bytes(key)),
        (operation, existed) -> operation.answered(existed, simulation.now()),
        then);
  }

  private void compareAndSet(String key, Runnable then) {
    Optional<String> expected = seen.getOrDefault(key, Optional.empty());
    String value = nextValue();
    start(
        Operation.cas(client(), key, expected, value, simulation.now()),
        client.compareAndSet(bytes(key), expected.map(Lane::bytes), bytes(value)),
        (operation, swapped) -> {
          if (swapped) {
            seen.put(key, Optional.of(value));
          }
          return operation.answered(swapped, simulation.now());
        },
        then);
  }

  private <T> void start(
      Operation operation,
      CompletableFuture<T> future,
      BiFunction<Operation, T, Operation> answered,
      Runnable then) {
    isBusy = true;
    long number = recorder.begin(operation);
    var unused =
        future.whenComplete(
            (value, failure) -> {
              isBusy = false;
              try {
                recorder.end(
                    number,
                    failure == null
                        ? answered.apply(operation, value)
                        : failed(operation, failure));
              } catch (RuntimeException | Error unexpected) {
                recorder.broken(unexpected);
              }
              then.run();
            });
  }

  private Operation failed(Operation operation, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof FlotillaException known)) {
      throw new AssertionError("not a failure a client can have", failure);
    }
    return switch (known.code()) {
      case UNAVAILABLE, BUSY, SESSION_EXPIRED -> operation.failed(simulation.now());
      case UNKNOWN_OUTCOME -> {
        names++;
        yield operation.unknown(simulation.now());
      }
      case INVALID_ARGUMENT -> throw new AssertionError("refused as invalid", known);
    };
  }

  private String client() {
    return names == 0 ? name : name + "-" + names;
  }

  private String nextValue() {
    String value = name + "." + ++values;
    return random.nextInt(4) == 0 ? value + "/" + ".".repeat(random.nextInt(PADDING_MAX)) : value;
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
