package io.flotilla.bench.drill.report;

import io.flotilla.sim.history.Answer;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks for every acknowledged write in what the last read of its key saw.
 *
 * <p>A second opinion beside the check of linearizability: it knows less, and what it says can be
 * counted by hand. Values must be unique within a key and appends stand in brackets, as {@code
 * RecordedLoad} writes them. Pure.
 *
 * @param lost acknowledged writes that nothing explains the absence of, and last values that nobody
 *     has written
 * @param duplicated appends that stand in a value more often than once, each time too many
 * @param unread keys with acknowledged writes that were not read afterwards
 */
public record WriteAudit(long lost, long duplicated, long unread) {
  /** Audits all keys of {@code history}. */
  public static WriteAudit of(List<HistoryLine> history) {
    Map<String, Key> keys = new TreeMap<>();
    for (HistoryLine line : history) {
      if (line instanceof InitLine init) {
        keys.computeIfAbsent(init.key(), unused -> new Key()).init = Optional.of(init.value());
      } else if (line instanceof Operation operation) {
        keys.computeIfAbsent(operation.key(), unused -> new Key()).add(operation);
      }
    }
    long lost = 0;
    long duplicated = 0;
    long unread = 0;
    for (Key key : keys.values()) {
      if (!key.isReadLast()) {
        unread += key.hasWrites() ? 1 : 0;
      } else if (key.isAppended()) {
        lost += key.lostAppends();
        duplicated += key.duplicatedAppends();
      } else {
        lost += key.isOverwriteLost() ? 1 : 0;
      }
    }
    return new WriteAudit(lost, duplicated, unread);
  }

  /** What happened to one key. */
  private static final class Key {
    private final List<Operation> writes = new ArrayList<>();
    private Optional<String> init = Optional.empty();
    private Optional<Operation> lastRead = Optional.empty();

    void add(Operation operation) {
      if (operation.kind() == OpKind.GET) {
        boolean isLater = lastRead.isEmpty() || lastRead.get().call() < operation.call();
        if (operation.status() == OpStatus.OK && isLater) {
          lastRead = Optional.of(operation);
        }
      } else if (operation.status() != OpStatus.FAIL && !operation.answer().equals(Answer.NO)) {
        writes.add(operation);
      }
    }

    boolean hasWrites() {
      return writes.stream().anyMatch(Key::isAcknowledged);
    }

    boolean isAppended() {
      return writes.stream().anyMatch(write -> write.kind() == OpKind.APPEND);
    }

    /** Whether a read began after the last acknowledgement. */
    boolean isReadLast() {
      return lastRead.isPresent()
          && writes.stream()
              .filter(Key::isAcknowledged)
              .allMatch(write -> isBefore(write, lastRead.get()));
    }

    long lostAppends() {
      String value = lastValue().orElse("");
      return writes.stream()
          .filter(Key::isAcknowledged)
          .filter(write -> !value.contains(write.value().orElseThrow()))
          .count();
    }

    long duplicatedAppends() {
      String value = lastValue().orElse("");
      return writes.stream()
          .map(write -> write.value().orElseThrow())
          .mapToLong(piece -> Math.max(0, count(value, piece) - 1))
          .sum();
    }

    /** Whether whatever could have left the last value was certainly overwritten later. */
    boolean isOverwriteLost() {
      Optional<String> value = lastValue();
      boolean isFirst = init.equals(value) && !hasWrites();
      boolean isExplained =
          writes.stream()
              .filter(write -> write.value().equals(value))
              .anyMatch(write -> !isOverwritten(write));
      return !isFirst && !isExplained;
    }

    private boolean isOverwritten(Operation write) {
      return isAcknowledged(write)
          && writes.stream().anyMatch(later -> isAcknowledged(later) && isBefore(write, later));
    }

    private Optional<String> lastValue() {
      return ((Answer.Read) lastRead.orElseThrow().answer()).value();
    }

    private static boolean isAcknowledged(Operation write) {
      return write.status() == OpStatus.OK;
    }

    private static boolean isBefore(Operation one, Operation other) {
      return one.returned().orElse(Long.MAX_VALUE) < other.call();
    }

    private static int count(String value, String piece) {
      int count = 0;
      for (int at = value.indexOf(piece); at >= 0; at = value.indexOf(piece, at + 1)) {
        count++;
      }
      return count;
    }
  }
}
