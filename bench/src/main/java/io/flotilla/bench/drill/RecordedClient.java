package io.flotilla.bench.drill;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * One client of a history: one operation at a time, a new name after an unknown outcome. Owned by
 * the load's loop.
 *
 * <p>Values are unique ({@code client.counter}), appends delimited, and no key sees both puts and
 * appends: a history is only as strong as its values tell the writers apart.
 */
final class RecordedClient {
  private static final String PUT_KEY = "hot-put-";
  private static final String APPEND_KEY = "hot-append-";
  private static final String CAS_KEY = "hot-cas-";
  private static final int HOT_PERCENT = 25;
  private static final int READ_PERCENT = 50;
  private static final int DELETE_PERCENT = 5;
  private static final int HOT_PUT_KEYS = 4;
  private static final int HOT_APPEND_KEYS = 48;
  private static final int CAS_KEYS = 6;

  /** Every so many of the loaded keys is written by append. */
  private static final int APPEND_EVERY = 5;

  private final FlotillaClient client;
  private final Ledger ledger;
  private final RandomGenerator random;
  private final boolean isCasUser;
  private final String hot;
  private final Map<String, Optional<String>> lastSeen = new TreeMap<>();
  private String name;
  private long counter;

  /** Where operations are written down and names come from. */
  interface Ledger {
    long nanoTime();

    String newName();

    String key(int index);

    int keys();

    /** The operation is over; called on the load's loop. */
    void ended(RecordedClient client, Operation operation);

    /** An operation has ended without an acknowledgement, for this reason. Any thread. */
    void refused(String reason);

    /** Runs a task on the load's loop. */
    void onLoop(Runnable task);
  }

  /**
   * @param hot what the names of the keys begin with that many clients meet on
   */
  RecordedClient(
      FlotillaClient client, Ledger ledger, RandomGenerator random, boolean isCasUser, String hot) {
    this.client = client;
    this.hot = hot;
    this.ledger = ledger;
    this.random = random;
    this.isCasUser = isCasUser;
    this.name = ledger.newName();
  }

  /** The keys that many clients meet on. */
  static List<String> hotKeys(String hot) {
    List<String> keys = new ArrayList<>();
    IntStream.range(0, HOT_PUT_KEYS).forEach(i -> keys.add(hot + PUT_KEY + i));
    IntStream.range(0, HOT_APPEND_KEYS).forEach(i -> keys.add(hot + APPEND_KEY + i));
    IntStream.range(0, CAS_KEYS).forEach(i -> keys.add(hot + CAS_KEY + i));
    return keys;
  }

  /** Asks the next question. */
  void next() {
    boolean isRead = random.nextInt(100) < READ_PERCENT;
    if (random.nextInt(100) >= HOT_PERCENT) {
      int index = random.nextInt(ledger.keys());
      cold(ledger.key(index), isRead, index % APPEND_EVERY == 0);
      return;
    }
    int kind = random.nextInt(isCasUser ? 3 : 2);
    if (kind == 0) {
      cold(hot + PUT_KEY + random.nextInt(HOT_PUT_KEYS), isRead, false);
    } else if (kind == 1) {
      cold(hot + APPEND_KEY + random.nextInt(HOT_APPEND_KEYS), isRead, true);
    } else {
      String key = hot + CAS_KEY + random.nextInt(CAS_KEYS);
      if (isRead || !lastSeen.containsKey(key)) {
        get(key);
      } else {
        cas(key);
      }
    }
  }

  /** Another name: the operation before may still take effect, so this client is somebody else. */
  void rename() {
    name = ledger.newName();
  }

  /** Reads one key. */
  void get(String key) {
    Operation asked = Operation.get(name, key, ledger.nanoTime());
    run(
        asked,
        client.get(bytes(key)),
        (found, now) -> {
          Optional<String> text = found.map(ByteString::toStringUtf8);
          if (key.startsWith(hot + CAS_KEY)) {
            lastSeen.put(key, text);
          }
          return asked.read(text, now);
        });
  }

  private void cold(String key, boolean isRead, boolean isAppend) {
    if (isRead) {
      get(key);
    } else if (isAppend) {
      String value = "[" + value() + "]";
      Operation asked = Operation.append(name, key, value, ledger.nanoTime());
      run(asked, client.append(bytes(key), bytes(value)), (done, now) -> asked.done(now));
    } else if (random.nextInt(100) < DELETE_PERCENT) {
      Operation asked = Operation.delete(name, key, ledger.nanoTime());
      run(asked, client.delete(bytes(key)), asked::answered);
    } else {
      String value = value();
      Operation asked = Operation.put(name, key, value, ledger.nanoTime());
      run(asked, client.put(bytes(key), bytes(value)), (done, now) -> asked.done(now));
    }
  }

  private void cas(String key) {
    Optional<String> expected = Optional.ofNullable(lastSeen.remove(key)).orElseThrow();
    String value = value();
    Operation asked = Operation.cas(name, key, expected, value, ledger.nanoTime());
    run(
        asked,
        client.compareAndSet(bytes(key), expected.map(ByteString::copyFromUtf8), bytes(value)),
        asked::answered);
  }

  private <T> void run(
      Operation asked, CompletableFuture<T> call, BiFunction<T, Long, Operation> answered) {
    var unused =
        call.whenComplete(
            (result, failure) -> {
              long now = ledger.nanoTime();
              ledger.onLoop(
                  () ->
                      ledger.ended(
                          this,
                          failure == null
                              ? answered.apply(result, now)
                              : ended(asked, failure, now)));
            });
  }

  private Operation ended(Operation asked, Throwable failure, long now) {
    Throwable cause = failure.getCause();
    Throwable root = failure instanceof CompletionException && cause != null ? cause : failure;
    ledger.refused(
        root instanceof FlotillaException known
            ? known.code() + ": " + known.getMessage()
            : root.toString());
    boolean isDefinite =
        root instanceof FlotillaException known
            && known.code() != FlotillaException.Code.UNKNOWN_OUTCOME;
    return isDefinite ? asked.failed(now) : asked.unknown(now);
  }

  private String value() {
    counter++;
    return name + "." + counter;
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
