package io.flotilla.sim.history.check;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The jobs that may also never happen, one queue a type, earliest call first.
 *
 * <p>None of them is ever urgent, so within a type the first is as good as any other: how many were
 * used says which.
 */
final class OpenJobs {
  private final int[][] queues;
  private final int[] typeOf;
  private final int[] used;
  private final int[] queueOfType;
  private final List<Job> jobs;
  private final EventList events;

  OpenJobs(List<Job> jobs, EventList events, int typeCount) {
    this.jobs = jobs;
    this.events = events;
    TreeMap<Integer, int[]> byType = new TreeMap<>();
    for (int job = 0; job < jobs.size(); job++) {
      if (!jobs.get(job).isCertain()) {
        int added = job;
        byType.merge(jobs.get(job).type(), new int[] {job}, (queue, one) -> appended(queue, added));
      }
    }
    queues = new int[byType.size()][];
    typeOf = new int[byType.size()];
    used = new int[byType.size()];
    queueOfType = new int[typeCount];
    Arrays.fill(queueOfType, -1);
    int at = 0;
    for (var entry : byType.entrySet()) {
      typeOf[at] = entry.getKey();
      queueOfType[entry.getKey()] = at;
      queues[at++] = byCall(entry.getValue());
    }
  }

  /** How many types have such jobs. */
  int typesOpen() {
    return queues.length;
  }

  int typeAt(int index) {
    return typeOf[index];
  }

  /** How many jobs of the type at {@code index} were used. */
  int usedAt(int index) {
    return used[index];
  }

  /** The job of the type at {@code index} to use next, if it was called before event; else -1. */
  int firstCalledBefore(int event, int index) {
    if (used[index] == queues[index].length) {
      return -1;
    }
    int job = queues[index][used[index]];
    return events.startRank(job) <= event ? job : -1;
  }

  void use(int job) {
    used[queueOfType[jobs.get(job).type()]]++;
  }

  void putBack(int job) {
    used[queueOfType[jobs.get(job).type()]]--;
  }

  private int[] byCall(int[] queue) {
    return Arrays.stream(queue)
        .boxed()
        .sorted(Comparator.comparing((Integer job) -> jobs.get(job).call()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int[] appended(int[] queue, int job) {
    int[] longer = Arrays.copyOf(queue, queue.length + 1);
    longer[queue.length] = job;
    return longer;
  }
}
