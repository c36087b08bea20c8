package io.flotilla.sim.history.check;

import java.util.Arrays;
import java.util.List;

/**
 * What can be done next in a configuration, most promising first.
 *
 * <p>The job whose return comes first has to be done before anything that was called after that
 * return: it, and what makes it possible, come first. The order decides only how soon an order is
 * found.
 */
final class Choices {
  private final List<Job> jobs;
  private final EventList events;
  private final OpenJobs open;
  private final Transitions transitions;

  private final int[] mostUrgent;
  private final int[] types;
  private int typeCount;
  private int firstReturn;

  /** Types of the jobs whose return comes before all else and that do not fit the state. */
  private int[] waiting = new int[16];

  private int waitingCount;

  Choices(List<Job> jobs, EventList events, OpenJobs open, Transitions transitions) {
    this.jobs = jobs;
    this.events = events;
    this.open = open;
    this.transitions = transitions;
    mostUrgent = new int[transitions.typeCount()];
    Arrays.fill(mostUrgent, -1);
    types = new int[transitions.typeCount()];
  }

  /** The jobs to try in {@code state}, one a type; pure ones are not among them. */
  int[] in(int state) {
    collect(state);
    int only = transitions.onlyExit(state);
    long[] ranked = new long[typeCount];
    int count = 0;
    for (int i = 0; i < typeCount; i++) {
      int type = types[i];
      int job = mostUrgent[type];
      mostUrgent[type] = -1;
      boolean mayLeave = only == Transitions.NONE || only == type;
      if (mayLeave && transitions.step(state, type) != Transitions.REFUSED) {
        ranked[count++] = (rank(state, job) << 32) | job;
      }
    }
    Arrays.sort(ranked, 0, count);
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      chosen[i] = (int) ranked[i];
    }
    return chosen;
  }

  private void collect(int state) {
    typeCount = 0;
    firstReturn = events.end();
    waitingCount = 0;
    int event = events.next(events.end());
    for (; event != events.end(); event = events.next(event)) {
      int job = events.jobAt(event);
      if (events.isCall(event)) {
        if (firstReturn == events.end() || canTakeIn(job, state)) {
          offer(job);
        }
      } else {
        firstReturn = Math.min(firstReturn, event);
        if (!transitions.fitsWithin(jobs.get(job).type())) {
          break;
        }
        await(jobs.get(job).type());
      }
    }
    for (int i = 0; i < open.typesOpen(); i++) {
      int job = open.firstCalledBefore(firstReturn, i);
      if (job >= 0) {
        offer(job);
      }
    }
  }

  /** Whether the jobs whose returns were passed can all happen inside {@code job}. */
  private boolean canTakeIn(int job, int state) {
    int after = transitions.step(state, jobs.get(job).type());
    if (after == Transitions.REFUSED || events.startRank(job) > firstReturn) {
      return false;
    }
    for (int i = 0; i < waitingCount; i++) {
      if (transitions.step(after, waiting[i]) == Transitions.REFUSED) {
        return false;
      }
    }
    return true;
  }

  private void await(int type) {
    if (waitingCount == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * waitingCount);
    }
    waiting[waitingCount++] = type;
  }

  private void offer(int job) {
    int type = jobs.get(job).type();
    if (transitions.isPure(type)) {
      return;
    }
    int urgent = mostUrgent[type];
    if (urgent < 0) {
      types[typeCount++] = type;
      mostUrgent[type] = job;
    } else if (events.returnRank(job) < events.returnRank(urgent)) {
      mostUrgent[type] = job;
    }
  }

  private long rank(int state, int job) {
    int target = events.jobAt(firstReturn);
    if (job == target) {
      return 0;
    }
    int after = transitions.step(state, jobs.get(job).type());
    boolean helps =
        transitions.step(state, jobs.get(target).type()) == Transitions.REFUSED
            && transitions.step(after, jobs.get(target).type()) != Transitions.REFUSED;
    long urgency = Math.min(events.returnRank(job), Integer.MAX_VALUE / 2 - 1);
    return helps ? 1 + urgency : Integer.MAX_VALUE / 2 + urgency;
  }
}
