package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Who wrote which value of a key, who saw it, and which cas replaced it; for keys whose values are
 * written at most once each.
 *
 * <p>A value written once is there in one piece: from its writer over all who saw it to whatever
 * ends it, and it never comes back. A cas that succeeded ties its value to the one it expected, so
 * values form chains in which nothing else fits between two links. What was seen makes certain that
 * its writer took effect, even if the writer's own outcome is unknown. The value before the first
 * operation counts as put at the beginning of time; and where nothing deletes, absence is as good
 * as a value: it too never comes back.
 */
final class ValueGraph {
  private static final int NOBODY = -1;

  private final List<KeyOp> ops;
  private final int[] writer;
  private final int[] replacer;
  private final List<List<KeyOp>> readers;
  private final boolean[] sure;
  private final boolean absenceIsAValue;
  private final List<List<Integer>> chains = new ArrayList<>();
  private Optional<String> complaint = Optional.empty();

  private ValueGraph(List<KeyOp> ops, int valueCount, boolean absenceIsAValue) {
    this.ops = ops;
    this.absenceIsAValue = absenceIsAValue;
    writer = new int[valueCount];
    replacer = new int[valueCount];
    Arrays.fill(writer, NOBODY);
    Arrays.fill(replacer, NOBODY);
    readers = new ArrayList<>(valueCount);
    for (int value = 0; value < valueCount; value++) {
      readers.add(List.of());
    }
    sure = new boolean[ops.size()];
  }

  /** The graph of {@code ops}; empty if a value has two writers, or an operation is an append. */
  static Optional<ValueGraph> of(KeyHistory history, List<KeyOp> ops) {
    List<KeyOp> all = new ArrayList<>(ops.size() + 1);
    boolean noDelete = ops.stream().noneMatch(op -> op.kind() == OpKind.DELETE && op.mayWrite());
    if (noDelete || history.initial() != Values.ABSENT) {
      all.add(putAtTheBeginning(history.initial()));
    }
    all.addAll(ops);
    ValueGraph graph = new ValueGraph(all, history.values().count(), noDelete);
    if (!graph.findWriters()) {
      return Optional.empty();
    }
    graph.findReaders();
    graph.findReplacers();
    graph.findChains();
    return Optional.of(graph);
  }

  private static KeyOp putAtTheBeginning(int value) {
    long start = Long.MIN_VALUE;
    return new KeyOp(-1, OpKind.PUT, OpStatus.OK, value, Values.ABSENT, KeyOp.NO, start, start);
  }

  private boolean findWriters() {
    for (int i = 0; i < ops.size(); i++) {
      KeyOp op = ops.get(i);
      if (op.kind() == OpKind.APPEND) {
        return false;
      }
      if (op.mayWrite() && op.kind() != OpKind.DELETE) {
        if (writer[op.value()] != NOBODY) {
          return false;
        }
        writer[op.value()] = i;
        sure[i] = op.isCertain();
      }
    }
    return true;
  }

  /** Walks from what was seen to what must have happened for it to be seen. */
  private void findReaders() {
    Deque<Integer> seen = new ArrayDeque<>();
    for (KeyOp op : ops) {
      if (op.kind() == OpKind.GET) {
        see(op.answer(), op, seen);
      } else if (op.kind() == OpKind.DELETE && !op.mayWrite()) {
        see(Values.ABSENT, op, seen);
      } else if (op.kind() == OpKind.CAS && op.isCertain() && op.mayWrite()) {
        seen.add(op.expect());
      }
    }
    while (!seen.isEmpty()) {
      int value = seen.remove();
      if (value < 0 || (isValue(value) && writer[value] == NOBODY)) {
        complain(
            value == Values.ABSENT
                ? "the key was absent, though nothing deletes it"
                : "an operation saw a value that nobody had written");
      } else if (isValue(value) && !sure[writer[value]]) {
        sure[writer[value]] = true;
        if (writer(value).kind() == OpKind.CAS) {
          seen.add(writer(value).expect());
        }
      }
    }
  }

  private void see(int value, KeyOp reader, Deque<Integer> seen) {
    seen.add(value);
    if (value >= 0 && isValue(value)) {
      if (readers.get(value).isEmpty()) {
        readers.set(value, new ArrayList<>(2));
      }
      readers.get(value).add(reader);
    }
  }

  private void findReplacers() {
    for (int i = 0; i < ops.size(); i++) {
      KeyOp op = ops.get(i);
      if (op.kind() == OpKind.CAS && sure[i] && isValue(op.expect())) {
        if (replacer[op.expect()] != NOBODY) {
          complain("two cas succeeded that expected the same value, which was written once");
        }
        replacer[op.expect()] = i;
      }
    }
  }

  private void findChains() {
    int linked = 0;
    int links = 0;
    for (int i = 0; i < ops.size(); i++) {
      KeyOp op = ops.get(i);
      if (op.kind() == OpKind.CAS && sure[i] && isValue(op.expect())) {
        links++;
      }
      if (isRoot(op)) {
        List<Integer> chain = chainFrom(op.value());
        linked += chain.size() - 1;
        chains.add(chain);
      }
    }
    if (complaint.isEmpty() && linked < links) {
      complain("each of some cas saw a value that came of its own");
    }
  }

  private boolean isRoot(KeyOp op) {
    return op.kind() == OpKind.PUT
        || (op.kind() == OpKind.CAS && op.mayWrite() && !isValue(op.expect()));
  }

  private List<Integer> chainFrom(int root) {
    List<Integer> chain = new ArrayList<>(1);
    chain.add(root);
    for (int by = replacer[root]; by != NOBODY; by = replacer[ops.get(by).value()]) {
      chain.add(ops.get(by).value());
    }
    return chain;
  }

  private void complain(String reason) {
    if (complaint.isEmpty()) {
      complaint = Optional.of(reason);
    }
  }

  /** Why no order can exist, if that shows already; then the chains mean nothing. */
  Optional<String> complaint() {
    return complaint;
  }

  /** All operations, the put at the beginning of time included. */
  List<KeyOp> ops() {
    return ops;
  }

  /** Chains of values, each from one that replaced anything, or absence, to one no cas replaced. */
  List<List<Integer>> chains() {
    return chains;
  }

  /** False for absence where it can come back. */
  boolean isValue(int value) {
    return absenceIsAValue || value != Values.ABSENT;
  }

  boolean isWritten(int value) {
    return isValue(value) && writer[value] != NOBODY;
  }

  KeyOp writer(int value) {
    return ops.get(writer[value]);
  }

  /** Whether the writer of {@code value} surely took effect. */
  boolean isSure(int value) {
    return sure[writer[value]];
  }

  List<KeyOp> readers(int value) {
    return readers.get(value);
  }

  /** Whether a cas surely replaced {@code value}. */
  boolean isReplaced(int value) {
    return replacer[value] != NOBODY;
  }

  /** The value a cas surely put in the place of {@code value}. */
  int replacement(int value) {
    return ops.get(replacer[value]).value();
  }
}
