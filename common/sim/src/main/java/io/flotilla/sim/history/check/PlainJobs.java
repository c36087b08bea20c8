package io.flotilla.sim.history.check;

import io.flotilla.sim.history.Answer;
import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Each operation as one job, its meaning taken from {@link KvModel}. Exact for every history; the
 * search it leads to can be wide, so it is the last road.
 */
final class PlainJobs implements Transitions {
  private final KeyHistory history;
  private final Map<KeyOp, Integer> types = new LinkedHashMap<>();
  private final List<Operation> meanings = new ArrayList<>();
  private final Map<Optional<String>, Integer> stateNumbers = new LinkedHashMap<>();
  private final List<Optional<String>> states = new ArrayList<>();

  private PlainJobs(KeyHistory history) {
    this.history = history;
  }

  static Decision decide(KeyHistory history, List<KeyOp> ops, CheckBudget budget) {
    PlainJobs plain = new PlainJobs(history);
    List<Job> jobs = new ArrayList<>(ops.size());
    for (KeyOp op : ops) {
      jobs.add(Job.at(plain.type(op), Mark.call(op.call()), Mark.returned(op.returned())));
    }
    int start = plain.number(history.values().value(history.initial()));
    return Decision.ofSearch(new JobSearch(jobs, plain, start, budget).run());
  }

  @Override
  public int step(int state, int type) {
    Operation meaning = meanings.get(type);
    Optional<String> before = states.get(state);
    if (!KvModel.answer(before, meaning).equals(meaning.answer())) {
      return REFUSED;
    }
    return isPure(type) ? state : number(KvModel.next(before, meaning));
  }

  @Override
  public boolean isPure(int type) {
    Operation meaning = meanings.get(type);
    return meaning.kind() == OpKind.GET || meaning.answer().equals(Answer.NO);
  }

  @Override
  public boolean fitsWithin(int type) {
    return false;
  }

  @Override
  public int typeCount() {
    return meanings.size();
  }

  @Override
  public int onlyExit(int state) {
    return NONE;
  }

  private int number(Optional<String> value) {
    Integer known = stateNumbers.putIfAbsent(value, states.size());
    if (known != null) {
      return known;
    }
    states.add(value);
    return states.size() - 1;
  }

  /**
   * The type of {@code op}: what is left of it without client and times. A delete or cas of unknown
   * outcome means the successful one, for had it changed nothing it might as well not have
   * happened.
   */
  private int type(KeyOp op) {
    boolean assumed = !op.isCertain() && (op.kind() == OpKind.DELETE || op.kind() == OpKind.CAS);
    int answer = assumed ? KeyOp.YES : op.answer();
    KeyOp meaning = new KeyOp(0, op.kind(), OpStatus.OK, op.value(), op.expect(), answer, 0, 0);
    Integer known = types.putIfAbsent(meaning, meanings.size());
    if (known != null) {
      return known;
    }
    meanings.add(history.operation(meaning, ""));
    return meanings.size() - 1;
  }
}
