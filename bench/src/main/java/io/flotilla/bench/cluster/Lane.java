package io.flotilla.bench.cluster;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.VersionedValue;
import io.flotilla.sim.Simulation;
import io.flotilla.sim.history.Operation;
import java.util.List;
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

  /** One of so many operations is a scan, which counts as a read of every key it covers. */
  private static final int SCANNED_OF = 60;

  private static final int PAGE_ROWS_MAX = 20;

  private final Simulation simulation;
  private final FlotillaClient client;
  private final Recorder recorder;
  private final String name;
  private final RandomGenerator random;
  private final List<String> keys;
  private final Map<String, Optional<VersionedValue>> seen = new TreeMap<>();
  private int names;
  private int scans;
  private long values;
  private boolean isBusy;

  /**
   * @param keys all keys that anybody may write, in ascending order
   */
  Lane(
      Simulation simulation,
      FlotillaClient client,
      Recorder recorder,
      List<String> keys,
      String name) {
    this.keys = keys;
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
    if (random.nextInt(SCANNED_OF) == 0) {
      scan(key.style().prefix(), then);
      return;
    }
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
      case VERSIONED -> putIfVersion(key.name(), then);
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
        client.getVersioned(bytes(key)),
        (operation, found) -> {
          saw(key, found, operation.call());
          return operation.read(found.map(Lane::text), simulation.now());
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
    Optional<String> expected = seen.getOrDefault(key, Optional.empty()).map(Lane::text);
    String value = nextValue();
    start(
        Operation.cas(client(), key, expected, value, simulation.now()),
        client.compareAndSet(bytes(key), expected.map(Lane::bytes), bytes(value)),
        (operation, swapped) -> {
          if (swapped) {
            seen.put(key, Optional.of(new VersionedValue(bytes(value), 0)));
          }
          return operation.answered(swapped, simulation.now());
        },
        then);
  }

  /**
   * Puts if nobody has written since this lane looked. Each version stands for one value, and
   * values are unique; so it is judged as a comparison with the value of that version.
   */
  private void putIfVersion(String key, Runnable then) {
    Optional<VersionedValue> expected = seen.getOrDefault(key, Optional.empty());
    String value = nextValue();
    start(
        Operation.cas(client(), key, expected.map(Lane::text), value, simulation.now()),
        client.putIfVersion(
            bytes(key), bytes(value), expected.map(VersionedValue::version).orElse(0L)),
        (operation, result) -> {
          if (result.stored()) {
            saw(
                key,
                Optional.of(new VersionedValue(bytes(value), result.version())),
                operation.call());
          }
          return operation.answered(result.stored(), simulation.now());
        },
        then);
  }

  /** Reads all keys with {@code prefix}, page by page; a page that fails ends it. */
  private void scan(String prefix, Runnable then) {
    isBusy = true;
    scans++;
    page(prefix, "", Optional.empty(), 1 + random.nextInt(PAGE_ROWS_MAX), then);
  }

  private void page(
      String prefix, String after, Optional<ByteString> token, int limit, Runnable then) {
    long called = simulation.now();
    var unused =
        client
            .scan(bytes(prefix), limit, token)
            .whenComplete(
                (page, failure) -> {
                  try {
                    if (failure == null) {
                      read(PageRead.of(keys, prefix, after, limit, page), called);
                      if (page.next().isPresent()) {
                        page(prefix, PageRead.lastOf(page, after), page.next(), limit, then);
                        return;
                      }
                    } else {
                      codeOf(failure);
                    }
                  } catch (RuntimeException | Error unexpected) {
                    recorder.broken(unexpected);
                  }
                  isBusy = false;
                  then.run();
                });
  }

  /** Each row is a read by a client of its own: they happened at any moments of the call. */
  private void read(List<PageRead.Row> rows, long called) {
    for (PageRead.Row row : rows) {
      row.value().ifPresent(found -> saw(row.key(), row.value(), called));
      recorder.add(
          Operation.get(name + "-scan" + scans + "-" + row.key(), row.key(), called)
              .read(row.value().map(Lane::text), simulation.now()));
    }
  }

  private void saw(String key, Optional<VersionedValue> found, long called) {
    seen.put(key, found);
    found.ifPresent(
        value ->
            recorder.versions().saw(key, text(value), value.version(), called, simulation.now()));
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
    if (codeOf(failure) != FlotillaException.Code.UNKNOWN_OUTCOME) {
      return operation.failed(simulation.now());
    }
    names++;
    return operation.unknown(simulation.now());
  }

  /** Why a call failed, if a client can meet that. */
  private static FlotillaException.Code codeOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof FlotillaException known
        && known.code() != FlotillaException.Code.INVALID_ARGUMENT) {
      return known.code();
    }
    throw new AssertionError("not a failure a client can have", failure);
  }

  private String client() {
    return names == 0 ? name : name + "-" + names;
  }

  private String nextValue() {
    String value = name + "." + ++values;
    return random.nextInt(4) == 0 ? value + "/" + ".".repeat(random.nextInt(PADDING_MAX)) : value;
  }

  private static String text(VersionedValue value) {
    return value.value().toStringUtf8();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
