package io.flotilla.bench.load;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A linearizable store in memory that answers at once, or only when told to, and fails as told. One
 * thread.
 */
final class MemoryTarget implements Target {
  /** How the next call ends. */
  enum Ending {
    DONE,
    REFUSED,
    /** It takes effect and nobody is told. */
    LOST
  }

  private final TreeMap<ByteString, ByteString> rows =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private final ArrayDeque<Ending> endings = new ArrayDeque<>();
  private boolean isHolding;

  /** From now on calls wait for {@link #answerOne}. */
  MemoryTarget hold() {
    isHolding = true;
    return this;
  }

  /** The next calls that are made end like this; later ones are done. */
  MemoryTarget endNext(Ending... next) {
    endings.addAll(List.of(next));
    return this;
  }

  int waiting() {
    return held.size();
  }

  int rows() {
    return rows.size();
  }

  List<String> keys() {
    return rows.keySet().stream().map(ByteString::toStringUtf8).toList();
  }

  void answerOne() {
    held.remove().run();
  }

  @Override
  public CompletableFuture<Optional<ByteString>> get(ByteString key) {
    return call(() -> Optional.ofNullable(rows.get(key)));
  }

  @Override
  public CompletableFuture<Void> put(ByteString key, ByteString value) {
    return call(
        () -> {
          rows.put(key, value);
          return null;
        });
  }

  @Override
  public CompletableFuture<Integer> scan(ByteString prefix, int limit) {
    return call(
        () -> {
          int found = 0;
          for (ByteString key : rows.tailMap(prefix).keySet()) {
            if (found == limit || !key.startsWith(prefix)) {
              break;
            }
            found++;
          }
          return found;
        });
  }

  @Override
  public boolean isUnknown(Throwable failure) {
    return failure instanceof Lost || failure.getCause() instanceof Lost;
  }

  private <T> CompletableFuture<T> call(Supplier<T> effect) {
    Ending ending = endings.isEmpty() ? Ending.DONE : endings.remove();
    CompletableFuture<T> answer = new CompletableFuture<>();
    Runnable end =
        () -> {
          switch (ending) {
            case DONE -> answer.complete(effect.get());
            case REFUSED -> answer.completeExceptionally(new IllegalStateException("refused"));
            case LOST -> {
              effect.get();
              answer.completeExceptionally(new Lost());
            }
          }
        };
    if (isHolding) {
      held.add(end);
    } else {
      end.run();
    }
    return answer;
  }

  /** Nobody knows how the call ended. */
  private static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
