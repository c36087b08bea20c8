package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out why a key has no order: the shortest prefix in time that has none, and of its
 * operations the few that contradict each other.
 *
 * <p>To take an operation back means to treat it as one of unknown outcome, of which only the
 * asking is certain. That only ever adds orders, so operations can be taken back in any sequence,
 * and what is left when none can be is a contradiction in which every operation counts.
 */
final class Explanation {
  /** For one question of the many; what is not decided by then counts as explained. */
  private static final long STEPS_PER_QUESTION = 100_000;

  private static final int QUESTIONS_MAX = 600;
  private static final int FAILED_TRIED_MAX = 64;
  private static final int BACKGROUND_MAX = 8;

  private final KeyHistory history;
  private final List<String> clients;
  private final KeyJudge judge;
  private Decision found;
  private int questions;

  Explanation(KeyHistory history, List<String> clients, Decision found, CheckBudget budget) {
    this.history = history;
    this.clients = clients;
    this.found = found;
    long steps = Math.min(budget.stepsPerKey(), STEPS_PER_QUESTION);
    this.judge = new KeyJudge(history, budget.withStepsPerKey(steps));
  }

  /** How many operations the key has. */
  int size() {
    return history.size();
  }

  Violation explain() {
    List<KeyOp> prefix = shortestPrefix(history.judged());
    Optional<KeyOp> failed = failedThatTookEffect(prefix);
    List<KeyOp> contradiction = contradiction(prefix);
    List<KeyOp> background = background(prefix, contradiction, failed);
    return new Violation(
        history.key(),
        history.values().value(history.initial()),
        failed.isPresent() ? "a failed operation took effect" : found.reason(),
        prefix.size(),
        history.size(),
        operations(contradiction),
        operations(background));
  }

  private boolean isViolation(List<KeyOp> ops) {
    questions++;
    Decision decision = judge.decide(ops);
    if (decision.isViolation()) {
      found = decision;
    }
    return decision.isViolation();
  }

  private List<KeyOp> shortestPrefix(List<KeyOp> ops) {
    long[] ends =
        ops.stream().filter(KeyOp::isCertain).mapToLong(KeyOp::returned).sorted().toArray();
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isViolation(until(ends[middle], ops))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return until(ends[high], ops);
  }

  /** What was known of {@code ops} at {@code end}. */
  private static List<KeyOp> until(long end, List<KeyOp> ops) {
    List<KeyOp> known = new ArrayList<>();
    for (KeyOp op : ops) {
      if (op.call() <= end) {
        keepOrTakeBack(op, op.returned() <= end, known);
      }
    }
    return known;
  }

  private static void keepOrTakeBack(KeyOp op, boolean keep, List<KeyOp> into) {
    if (keep || !op.isCertain()) {
      into.add(op);
    } else if (op.mayWrite()) {
      into.add(op.asUnknown());
    }
  }

  private List<KeyOp> contradiction(List<KeyOp> prefix) {
    List<KeyOp> kept = new ArrayList<>(prefix.stream().filter(KeyOp::isCertain).toList());
    for (int chunk = (kept.size() + 1) / 2; chunk > 0; chunk = chunk == 1 ? 0 : (chunk + 1) / 2) {
      int start = 0;
      while (start < kept.size() && questions < QUESTIONS_MAX) {
        List<KeyOp> fewer = new ArrayList<>(kept.subList(0, start));
        fewer.addAll(kept.subList(Math.min(start + chunk, kept.size()), kept.size()));
        if (isViolation(withOnly(fewer, prefix))) {
          kept = fewer;
        } else {
          start += chunk;
        }
      }
    }
    return kept;
  }

  /** The prefix with every certain operation taken back that is not in {@code kept}, a sublist. */
  private static List<KeyOp> withOnly(List<KeyOp> kept, List<KeyOp> prefix) {
    List<KeyOp> ops = new ArrayList<>(prefix.size());
    int at = 0;
    for (KeyOp op : prefix) {
      boolean keep = at < kept.size() && isSame(kept.get(at), op);
      at += keep ? 1 : 0;
      keepOrTakeBack(op, keep, ops);
    }
    return ops;
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(KeyOp one, KeyOp other) {
    return one == other;
  }

  private Optional<KeyOp> failedThatTookEffect(List<KeyOp> prefix) {
    return history.failedWrites().stream()
        .limit(FAILED_TRIED_MAX)
        .filter(op -> isExplainedBy(op, prefix))
        .findFirst();
  }

  private boolean isExplainedBy(KeyOp failed, List<KeyOp> prefix) {
    List<KeyOp> more = new ArrayList<>(prefix);
    more.add(failed.asUnknown());
    return judge.decide(more).outcome() == Outcome.LINEARIZABLE;
  }

  /** Who wrote what the contradicting operations saw. */
  private List<KeyOp> background(
      List<KeyOp> prefix, List<KeyOp> contradiction, Optional<KeyOp> failed) {
    Stream<KeyOp> writers =
        prefix.stream()
            .filter(op -> op.mayWrite() && op.value() != Values.ABSENT)
            .filter(op -> contradiction.stream().anyMatch(seen -> saw(seen, op.value())))
            .filter(op -> contradiction.stream().noneMatch(told -> told.equals(op)));
    return Stream.concat(failed.stream(), writers).limit(BACKGROUND_MAX).toList();
  }

  private static boolean saw(KeyOp op, int value) {
    return (op.kind() == OpKind.GET && op.answer() == value)
        || (op.kind() == OpKind.CAS && op.expect() == value);
  }

  private List<Operation> operations(List<KeyOp> ops) {
    return ops.stream()
        .sorted(Comparator.comparingLong(KeyOp::call))
        .map(op -> history.operation(op, clients.get(op.client())))
        .toList();
  }
}
