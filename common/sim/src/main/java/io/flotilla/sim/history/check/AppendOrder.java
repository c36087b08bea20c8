package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keys that are only appended to and read, in about linear time.
 *
 * <p>Such a key only grows, so every read is a prefix of the longest one, and that one spells the
 * order of the appends. Each read then has its place between two appends; appends nobody saw come
 * last if they are certain, and are left out if not. What remains is to compare this order with
 * real time: an operation must not have returned before one that stands earlier was called.
 *
 * <p>Needs values of which none is the start of another (delimited and unique), or the spelling
 * could be read in two ways; says so by an empty answer otherwise.
 */
final class AppendOrder {
  private final KeyHistory history;
  private final Values values;
  private final List<KeyOp> ops;
  private final TreeMap<String, KeyOp> appends = new TreeMap<>();

  /** Length of the key's text after so many appends. */
  private final TreeMap<Integer, Integer> placeOfLength = new TreeMap<>();

  private AppendOrder(KeyHistory history, List<KeyOp> ops) {
    this.history = history;
    this.values = history.values();
    this.ops = ops;
  }

  static Optional<Decision> decide(KeyHistory history, List<KeyOp> ops) {
    for (KeyOp op : ops) {
      if (op.kind() != OpKind.APPEND && op.kind() != OpKind.GET) {
        return Optional.empty();
      }
    }
    AppendOrder order = new AppendOrder(history, ops);
    return order.canBeSpelled() ? Optional.of(order.decide()) : Optional.empty();
  }

  private boolean canBeSpelled() {
    for (KeyOp op : ops) {
      if (op.kind() == OpKind.APPEND && appends.put(values.text(op.value()), op) != null) {
        return false;
      }
    }
    String before = "";
    boolean first = true;
    for (String text : appends.keySet()) {
      if (text.isEmpty() || (!first && text.startsWith(before))) {
        return false;
      }
      before = text;
      first = false;
    }
    return true;
  }

  private Decision decide() {
    int longest = history.initial();
    for (KeyOp op : ops) {
      boolean seen = op.kind() == OpKind.GET && op.answer() != Values.ABSENT;
      if (seen
          && (longest == Values.ABSENT || values.length(op.answer()) > values.length(longest))) {
        longest = op.answer();
      }
    }
    for (KeyOp op : ops) {
      Optional<String> complaint = complaint(op, longest);
      if (complaint.isPresent()) {
        return Decision.violation(complaint.get());
      }
    }
    int start = history.initial() == Values.ABSENT ? 0 : values.length(history.initial());
    String text = longest == Values.ABSENT ? "" : values.text(longest);
    Optional<List<KeyOp>> spelled = spell(text, start);
    return spelled.isPresent()
        ? compareWithTime(spelled.get())
        : Decision.violation("a read saw something that nobody had appended");
  }

  /** What is wrong with a single read, whatever the order of the appends. */
  private Optional<String> complaint(KeyOp op, int longest) {
    if (op.kind() != OpKind.GET) {
      return Optional.empty();
    }
    boolean startsAbsent = history.initial() == Values.ABSENT;
    if (op.answer() == Values.ABSENT) {
      return startsAbsent
          ? Optional.empty()
          : Optional.of("a read saw the key absent, though nothing deletes it");
    }
    boolean grown =
        startsAbsent
            ? values.length(op.answer()) > 0
            : values.beginsWith(op.answer(), history.initial());
    if (!grown) {
      return Optional.of("a read does not begin with what the key began with");
    }
    return values.beginsWith(longest, op.answer())
        ? Optional.empty()
        : Optional.of("two reads saw the appends in different orders");
  }

  /** The appends that {@code text} consists of from {@code start} on; empty if it does not. */
  private Optional<List<KeyOp>> spell(String text, int start) {
    int charsMax = appends.keySet().stream().mapToInt(String::length).max().orElse(0);
    List<KeyOp> spelled = new ArrayList<>();
    int length = start;
    placeOfLength.put(length, 0);
    while (length < text.length()) {
      String rest = text.substring(length, Math.min(length + charsMax, text.length()));
      // A value the rest begins with is the greatest one not above it: any value between the two
      // would begin with that value.
      Map.Entry<String, KeyOp> next = appends.floorEntry(rest);
      if (next == null || !rest.startsWith(next.getKey())) {
        return Optional.empty();
      }
      spelled.add(next.getValue());
      length += next.getKey().length();
      placeOfLength.put(length, spelled.size());
    }
    return Optional.of(spelled);
  }

  private Decision compareWithTime(List<KeyOp> spelled) {
    List<List<KeyOp>> readsAt = new ArrayList<>();
    for (int place = 0; place <= spelled.size(); place++) {
      readsAt.add(new ArrayList<>());
    }
    TreeMap<String, KeyOp> unseen = new TreeMap<>(appends);
    for (KeyOp op : spelled) {
      if (unseen.remove(values.text(op.value())) == null) {
        return Decision.violation("one append took effect twice: " + quoted(op));
      }
    }
    for (KeyOp op : ops) {
      if (op.kind() == OpKind.GET) {
        Integer place = placeOfLength.get(lengthSeen(op));
        if (place == null) {
          return Decision.violation("a read saw part of an append");
        }
        readsAt.get(place).add(op);
      }
    }
    Timeline timeline = new Timeline();
    boolean fits = timeline.addAll(readsAt.get(0));
    for (int place = 1; place <= spelled.size(); place++) {
      fits = fits && timeline.addAll(List.of(spelled.get(place - 1)));
      fits = fits && timeline.addAll(readsAt.get(place));
    }
    List<KeyOp> last = unseen.values().stream().filter(KeyOp::isCertain).toList();
    fits = fits && timeline.addAll(last);
    return fits
        ? Decision.LINEARIZABLE
        : Decision.violation("the order the reads show contradicts real time");
  }

  private int lengthSeen(KeyOp read) {
    if (read.answer() == Values.ABSENT) {
      return 0;
    }
    return values.length(read.answer());
  }

  private String quoted(KeyOp op) {
    return Violation.quoted(values.text(op.value()));
  }

  /** Groups of operations that must take effect one group after the other. */
  private static final class Timeline {
    private long latestCall = Long.MIN_VALUE;

    /** Adds a group; false if one of it had returned before one of an earlier group was called. */
    boolean addAll(List<KeyOp> group) {
      for (KeyOp op : group) {
        if (op.returned() < latestCall) {
          return false;
        }
      }
      for (KeyOp op : group) {
        latestCall = Math.max(latestCall, op.call());
      }
      return true;
    }
  }
}
