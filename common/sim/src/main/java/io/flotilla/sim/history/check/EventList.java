package io.flotilla.sim.history.check;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Calls and returns of the certain jobs in order of their marks, as a list from which a job can be
 * taken and put back in reverse order (Knuth's dancing links), so that a step of the search and its
 * undoing cost the same few writes.
 *
 * <p>The events are numbered by rank; number {@code size} is both ends of the list.
 */
final class EventList {
  private final int[] jobAt;
  private final boolean[] callAt;
  private final int[] startRank;
  private final int[] callRank;
  private final int[] returnRank;
  private final int[] next;
  private final int[] previous;
  private final int end;

  EventList(List<Job> jobs) {
    int[] certain = certain(jobs);
    Integer[] order = sorted(jobs, certain);
    end = order.length;
    jobAt = new int[end];
    callAt = new boolean[end];
    startRank = new int[jobs.size()];
    callRank = new int[jobs.size()];
    returnRank = new int[jobs.size()];
    Arrays.fill(returnRank, Integer.MAX_VALUE);
    next = new int[end + 1];
    previous = new int[end + 1];
    for (int rank = 0; rank < end; rank++) {
      int job = order[rank] >> 1;
      jobAt[rank] = job;
      callAt[rank] = (order[rank] & 1) == 0;
      (callAt[rank] ? callRank : returnRank)[job] = rank;
    }
    for (int rank = 0; rank <= end; rank++) {
      next[rank] = rank == end ? 0 : rank + 1;
      previous[rank] = rank == 0 ? end : rank - 1;
    }
    for (int job = 0; job < jobs.size(); job++) {
      startRank[job] = firstNotBefore(jobs, order, jobs.get(job).start());
    }
  }

  /** Number of the end, which is also the number before the first. */
  int end() {
    return end;
  }

  int next(int event) {
    return next[event];
  }

  int previous(int event) {
    return previous[event];
  }

  int jobAt(int event) {
    return jobAt[event];
  }

  /** True for the call of a job, false for a return and for the end. */
  boolean isCall(int event) {
    return event != end && callAt[event];
  }

  /** The first event that is not before the start of {@code job}, which need not be certain. */
  int startRank(int job) {
    return startRank[job];
  }

  int returnRank(int job) {
    return returnRank[job];
  }

  boolean isEmpty() {
    return next[end] == end;
  }

  void take(int job) {
    unlink(callRank[job]);
    unlink(returnRank[job]);
  }

  /** Puts back the job that was taken last of those not put back yet. */
  void putBack(int job) {
    relink(returnRank[job]);
    relink(callRank[job]);
  }

  private void unlink(int event) {
    next[previous[event]] = next[event];
    previous[next[event]] = previous[event];
  }

  private void relink(int event) {
    next[previous[event]] = event;
    previous[next[event]] = event;
  }

  private static int[] certain(List<Job> jobs) {
    int[] certain = new int[jobs.size()];
    int count = 0;
    for (int job = 0; job < jobs.size(); job++) {
      if (jobs.get(job).isCertain()) {
        certain[count++] = job;
      }
    }
    return Arrays.copyOf(certain, count);
  }

  /** Each event is twice its job's number, plus one for a return. */
  private static Integer[] sorted(List<Job> jobs, int[] certain) {
    Integer[] order = new Integer[certain.length * 2];
    for (int i = 0; i < certain.length; i++) {
      order[2 * i] = certain[i] << 1;
      order[2 * i + 1] = (certain[i] << 1) | 1;
    }
    Arrays.sort(order, Comparator.comparing(event -> mark(jobs, event)));
    return order;
  }

  private static int firstNotBefore(List<Job> jobs, Integer[] order, Mark mark) {
    int low = 0;
    int high = order.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (mark(jobs, order[middle]).compareTo(mark) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static Mark mark(List<Job> jobs, int event) {
    Job job = jobs.get(event >> 1);
    return (event & 1) == 0 ? job.call() : job.returned();
  }
}
