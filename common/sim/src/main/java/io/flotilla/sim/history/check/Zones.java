package io.flotilla.sim.history.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Makes jobs out of chains that filled a stretch of time.
 *
 * <p>A chain whose earliest return lies before its latest call was there from the one to the other:
 * nobody who needs another value fits in between (a zone). So zones cannot overlap, no such job can
 * lie within one, and a job that reaches into one must be done before it begins or after it ends.
 * Then the zone itself is as good as a point, placed at its beginning.
 */
final class Zones {
  private final List<Job> zones;

  private Zones(List<Job> zones) {
    this.zones = zones;
  }

  /** The same jobs with every call before its return; empty if no order can exist. */
  static Optional<List<Job>> placed(List<Job> spans, Transitions transitions) {
    List<Job> found = new ArrayList<>();
    for (Job span : spans) {
      if (isZone(span)) {
        found.add(span);
      }
    }
    found.sort(Comparator.comparing(Job::returned));
    for (int i = 1; i < found.size(); i++) {
      if (found.get(i).returned().time() < found.get(i - 1).call().time()) {
        return Optional.empty();
      }
    }
    return new Zones(found).place(spans, transitions);
  }

  private static boolean isZone(Job span) {
    return span.returned().time() < span.call().time();
  }

  private Optional<List<Job>> place(List<Job> spans, Transitions transitions) {
    List<Job> jobs = new ArrayList<>(spans.size());
    for (Job span : spans) {
      Job job = span;
      if (isZone(span)) {
        job = point(span);
      } else if (!transitions.fitsWithin(span.type())) {
        job = outside(span);
      }
      if (job.returned().compareTo(job.call()) < 0) {
        return Optional.empty();
      }
      jobs.add(job);
    }
    return Optional.of(jobs);
  }

  private static Job point(Job zone) {
    long start = zone.returned().time();
    return new Job(
        zone.type(),
        zone.start(),
        new Mark(start, Mark.ZONE_CALL),
        new Mark(start, Mark.ZONE_RETURN));
  }

  private Job outside(Job span) {
    Mark call = span.call();
    Mark returned = span.returned();
    int atCall = lastBegunBefore(call.time());
    if (atCall >= 0 && call.time() < zones.get(atCall).call().time()) {
      call = Mark.call(zones.get(atCall).call().time());
    }
    int atReturn = lastBegunBefore(returned.time());
    if (atReturn >= 0 && returned.time() < zones.get(atReturn).call().time()) {
      returned = Mark.returned(zones.get(atReturn).returned().time());
    }
    return new Job(span.type(), span.start(), call, returned);
  }

  private int lastBegunBefore(long time) {
    int low = 0;
    int high = zones.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (zones.get(middle).returned().time() < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
