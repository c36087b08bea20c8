package io.flotilla.sim.history.check;

import io.flotilla.sim.history.Answer;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Why one key's operations cannot be explained. Immutable.
 *
 * @param key the key
 * @param initial its value before the first operation, empty when it was absent
 * @param reason one sentence
 * @param prefixOperations size of the shortest prefix (in time) that already has no explanation
 * @param keyOperations how many operations the key has
 * @param contradiction the operations of that prefix that cannot all be true: take any one of them
 *     back and the rest has an explanation; sorted by call
 * @param background further operations that wrote or overwrote what those saw; sorted by call
 */
public record Violation(
    String key,
    Optional<String> initial,
    String reason,
    int prefixOperations,
    int keyOperations,
    List<Operation> contradiction,
    List<Operation> background) {

  private static final int TEXT_CHARS_MAX = 200;
  private static final int LINES_MAX = 24;

  public Violation {
    contradiction = List.copyOf(contradiction);
    background = List.copyOf(background);
  }

  /** The explanation for people: several lines, without a line break at the end. */
  public String text() {
    StringJoiner lines = new StringJoiner("\n");
    lines.add("key %s (before the first operation: %s)".formatted(quoted(key), shown(initial)));
    lines.add("  " + reason);
    lines.add(
        "  no order explains the first %d of its %d operations; these cannot all be true:"
            .formatted(prefixOperations, keyOperations));
    int hidden = Math.max(0, contradiction.size() - LINES_MAX);
    if (hidden > 0) {
      lines.add("    (" + hidden + " earlier ones)");
    }
    contradiction.stream().skip(hidden).forEach(operation -> lines.add("    " + line(operation)));
    if (!background.isEmpty()) {
      lines.add("  beside them:");
      background.forEach(operation -> lines.add("    " + line(operation)));
    }
    return lines.toString();
  }

  static String line(Operation operation) {
    String from = String.valueOf(operation.call());
    String to =
        operation.returned().isPresent()
            ? String.valueOf(operation.returned().getAsLong())
            : operation.status() == OpStatus.FAIL ? "refused" : "no answer";
    return "[%s .. %s] client %s: %s".formatted(from, to, operation.client(), words(operation));
  }

  private static String words(Operation operation) {
    String asked =
        switch (operation.kind()) {
          case GET -> "get";
          case DELETE -> "delete";
          case PUT -> "put " + shown(operation.value());
          case APPEND -> "append " + shown(operation.value());
          case CAS -> "cas " + shown(operation.expect()) + " to " + shown(operation.value());
        };
    if (operation.answer() instanceof Answer.Read read) {
      return asked + " saw " + shown(read.value());
    }
    if (operation.answer() instanceof Answer.Flag flag) {
      return asked + (flag.yes() ? " said yes" : " said no");
    }
    return asked + " " + operation.status().word();
  }

  static String shown(Optional<String> value) {
    return value.map(Violation::quoted).orElse("absent");
  }

  /** The end of a long value says more than its start: that is where appends land. */
  static String quoted(String text) {
    if (text.length() <= TEXT_CHARS_MAX) {
      return '"' + text + '"';
    }
    String end = text.substring(text.length() - TEXT_CHARS_MAX);
    return "\"..." + end + "\" (" + text.length() + " characters)";
  }
}
