package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys whose written values are all different: each chain of values shrinks to one job.
 *
 * <p>Nothing fits between the links of a chain, so for everybody else a chain happens at one point:
 * after the latest call in it, before the earliest return (Gibbons and Korach's zones, with cas).
 * What is left to order besides are deletes and those who found the key absent, and no job cares
 * any more which value it is, only whether there is one; such a search hardly branches.
 *
 * <p>A cas that was refused needs a moment without the value it expected. Almost always that moment
 * shows in the windows; where it does not, the value gets a state of its own and its chain is cut
 * before and after it.
 */
final class ValueChains {
  private final ValueGraph graph;
  private final ValueWindows windows;
  private final boolean[] apart;
  private final List<KeyOp> refusedLeft = new ArrayList<>();
  private final KeyStates states = new KeyStates();
  private final List<Job> spans = new ArrayList<>();

  private ValueChains(ValueGraph graph, int valueCount) {
    this.graph = graph;
    this.windows = new ValueWindows(graph, valueCount);
    this.apart = new boolean[valueCount];
  }

  static Optional<Decision> decide(KeyHistory history, List<KeyOp> ops, CheckBudget budget) {
    return ValueGraph.of(history, ops)
        .map(
            graph ->
                graph
                    .complaint()
                    .map(Decision::violation)
                    .orElseGet(
                        () -> new ValueChains(graph, history.values().count()).decide(budget)));
  }

  private Decision decide(CheckBudget budget) {
    if (!windows.fit()) {
      return Decision.violation("a value was seen before it was written, or after it was replaced");
    }
    settleRefused();
    windows.measure();
    if (!windows.fit()) {
      return Decision.violation("a cas was refused while the value it expected was there");
    }
    graph.chains().forEach(this::addChain);
    for (KeyOp op : graph.ops()) {
      addOther(op);
    }
    for (KeyOp op : refusedLeft) {
      add(states.needsOtherThan(refusedState(op)), op.call(), op.returned());
    }
    Optional<List<Job>> jobs = Zones.placed(spans, states);
    return jobs.isPresent()
        ? Decision.ofSearch(new JobSearch(jobs.get(), states, KeyStates.ABSENT, budget).run())
        : Decision.violation("a value was seen again after another had taken its place");
  }

  private void settleRefused() {
    for (KeyOp op : graph.ops()) {
      boolean refused = op.kind() == OpKind.CAS && op.isCertain() && !op.mayWrite();
      if (refused && !isSettled(op)) {
        refusedLeft.add(op);
        apart[op.expect()] = true;
      }
    }
  }

  /** Whether a refused cas needs no job: it surely fits, or a bound on another says all it says. */
  private boolean isSettled(KeyOp refused) {
    int value = refused.expect();
    if (!graph.isValue(value)) {
      return false;
    }
    if (!graph.isWritten(value) || windows.writtenAfter(value) > refused.call()) {
      return true;
    }
    if (!graph.isReplaced(value)) {
      return false;
    }
    int replacement = graph.replacement(value);
    if (windows.writtenBefore(replacement) <= refused.returned()) {
      return true;
    }
    if (windows.writtenBefore(value) < refused.call()) {
      windows.bound(replacement, refused.returned());
      return true;
    }
    return false;
  }

  private void addChain(List<Integer> chain) {
    int first = 0;
    for (int last = 0; last < chain.size(); last++) {
      boolean isEnd = last == chain.size() - 1;
      if (isEnd || apart[chain.get(last)] || apart[chain.get(last + 1)]) {
        int end = state(chain.get(last), !isEnd);
        int type = first == 0 ? rootType(chain.get(0), end) : link(chain, first, end);
        spans.add(
            new Job(
                type,
                Mark.call(windows.writtenAfter(chain.get(first))),
                Mark.call(windows.seenAfter(chain.get(last))),
                Mark.returned(windows.writtenBefore(chain.get(first)))));
        first = last + 1;
      }
    }
  }

  private int rootType(int root, int end) {
    return graph.writer(root).kind() == OpKind.PUT
        ? states.writes(end)
        : states.swaps(KeyStates.ABSENT, end);
  }

  /** The part of a cut chain that begins with its {@code first} value. */
  private int link(List<Integer> chain, int first, int end) {
    int before = states.named(chain.get(first - 1));
    int type = states.swaps(before, end);
    states.endOnlyBy(before, type);
    return type;
  }

  private int state(int value, boolean isCut) {
    return isCut || apart[value] ? states.named(value) : KeyStates.SOME_VALUE;
  }

  private int refusedState(KeyOp op) {
    return graph.isValue(op.expect()) ? states.named(op.expect()) : KeyStates.ABSENT;
  }

  private void addOther(KeyOp op) {
    switch (op.kind()) {
      case GET -> {
        if (!graph.isValue(op.answer())) {
          add(states.needsAbsent(), op.call(), op.returned());
        }
      }
      case DELETE -> {
        if (op.mayWrite()) {
          add(states.clears(), op.call(), op.returned());
        } else if (!graph.isValue(Values.ABSENT)) {
          add(states.needsAbsent(), op.call(), op.returned());
        }
      }
      case CAS -> addUnseenCas(op);
      case PUT, APPEND -> {}
    }
  }

  /** A cas nobody knows the outcome of matters only to those who need its expected value gone. */
  private void addUnseenCas(KeyOp op) {
    int expect = op.expect();
    boolean unseen = op.mayWrite() && graph.isValue(expect) && !graph.isSure(op.value());
    if (unseen && apart[expect] && !graph.isReplaced(expect)) {
      int type = states.swaps(states.named(expect), state(op.value(), false));
      add(type, op.call(), KeyOp.OPEN);
    }
  }

  private void add(int type, long call, long returned) {
    spans.add(Job.at(type, Mark.call(call), Mark.returned(returned)));
  }
}
