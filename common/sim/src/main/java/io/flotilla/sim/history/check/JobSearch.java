package io.flotilla.sim.history.check;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Looks for one order of jobs that their times and transitions allow, depth first: the search of
 * Wing and Gong, remembering dead ends as Lowe does. Exact unless the budget ends it.
 *
 * <p>Three things keep it narrow, and none of them loses an order:
 *
 * <ul>
 *   <li>A pure job that fits the state is done at once: doing it earlier changes nothing for
 *       others.
 *   <li>Of the possible jobs of one type only the most urgent is tried: in any order that takes
 *       another first, the two can be swapped.
 *   <li>Dead ends are remembered when they are left. A configuration can only be met again after
 *       that, since every step makes the set of done jobs greater; so a search that never turns
 *       back remembers nothing.
 * </ul>
 */
final class JobSearch {
  private static final int GIVE_UP_ASKED_EVERY = 1 << 12;

  private final List<Job> jobs;
  private final Transitions transitions;
  private final CheckBudget budget;
  private final EventList events;
  private final OpenJobs open;
  private final Choices choices;
  private final DeadEnds deadEnds;
  private final Deque<Branch> path = new ArrayDeque<>();
  private final int[] done;
  private int doneCount;
  private int state;
  private long steps;
  private int[] configuration = new int[64];

  /** Where the path may turn: what to undo to get before it, and what is still to be tried. */
  private static final class Branch {
    final int doneBefore;
    final int stateBefore;
    final int[] choices;
    int tried;

    Branch(int doneBefore, int stateBefore, int[] choices) {
      this.doneBefore = doneBefore;
      this.stateBefore = stateBefore;
      this.choices = choices;
    }
  }

  JobSearch(List<Job> jobs, Transitions transitions, int initialState, CheckBudget budget) {
    this.jobs = jobs;
    this.transitions = transitions;
    this.budget = budget;
    this.state = initialState;
    events = new EventList(jobs);
    open = new OpenJobs(jobs, events, transitions.typeCount());
    choices = new Choices(jobs, events, open, transitions);
    deadEnds = new DeadEnds(budget.memoryInts());
    done = new int[jobs.size()];
  }

  Outcome run() {
    if (entered(0, state)) {
      return Outcome.LINEARIZABLE;
    }
    while (!path.isEmpty()) {
      Branch branch = path.peekLast();
      if (branch.tried == branch.choices.length) {
        leave(branch);
        continue;
      }
      steps++;
      if (steps > budget.stepsPerKey()
          || (steps % GIVE_UP_ASKED_EVERY == 0 && budget.giveUp().getAsBoolean())) {
        return Outcome.UNDECIDED;
      }
      int doneBefore = doneCount;
      int stateBefore = state;
      perform(branch.choices[branch.tried++]);
      if (entered(doneBefore, stateBefore)) {
        return Outcome.LINEARIZABLE;
      }
    }
    return Outcome.VIOLATION;
  }

  /** Goes on from the present configuration; true when all certain jobs are done. */
  private boolean entered(int doneBefore, int stateBefore) {
    performPure();
    if (events.isEmpty()) {
      return true;
    }
    if (!deadEnds.isEmpty() && isDeadEnd()) {
      undo(doneBefore, stateBefore);
    } else {
      path.addLast(new Branch(doneBefore, stateBefore, choices.in(state)));
    }
    return false;
  }

  private void leave(Branch branch) {
    int leftLength = describeLeft();
    deadEnds.add(configuration, leftLength, describeUsed(leftLength));
    path.removeLast();
    undo(branch.doneBefore, branch.stateBefore);
  }

  private void performPure() {
    int event = events.next(events.end());
    while (events.isCall(event)) {
      int job = events.jobAt(event);
      int type = jobs.get(job).type();
      int before = events.previous(event);
      if (transitions.isPure(type) && transitions.step(state, type) != Transitions.REFUSED) {
        perform(job);
        event = events.next(before);
      } else {
        event = events.next(event);
      }
    }
  }

  private void perform(int job) {
    state = transitions.step(state, jobs.get(job).type());
    if (jobs.get(job).isCertain()) {
      events.take(job);
    } else {
      open.use(job);
    }
    done[doneCount++] = job;
  }

  private void undo(int doneBefore, int stateBefore) {
    while (doneCount > doneBefore) {
      int job = done[--doneCount];
      if (jobs.get(job).isCertain()) {
        events.putBack(job);
      } else {
        open.putBack(job);
      }
    }
    state = stateBefore;
  }

  private boolean isDeadEnd() {
    int leftLength = describeLeft();
    return deadEnds.contains(configuration, leftLength, describeUsed(leftLength));
  }

  /**
   * Writes down the state and which certain jobs are left. Every job done so far was called before
   * the first return still to come; so that return, and the jobs called before it that are not
   * done, say which certain jobs are done.
   */
  private int describeLeft() {
    int length = 0;
    int event = events.next(events.end());
    for (; events.isCall(event); event = events.next(event)) {
      length = write(length, events.jobAt(event));
    }
    length = write(length, ~event);
    return write(length, ~state);
  }

  private int describeUsed(int leftLength) {
    int length = leftLength;
    for (int i = 0; i < open.typesOpen(); i++) {
      if (open.usedAt(i) > 0) {
        length = write(length, i);
        length = write(length, open.usedAt(i));
      }
    }
    return length;
  }

  private int write(int at, int value) {
    if (at == configuration.length) {
      configuration = Arrays.copyOf(configuration, 2 * at);
    }
    configuration[at] = value;
    return at + 1;
  }
}
