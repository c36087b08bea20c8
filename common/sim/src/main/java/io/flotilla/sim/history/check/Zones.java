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
  private final KeyStates states;

  private Zones(List<Job> zones, KeyStates states) {
    this.zones = zones;
    this.states = states;
  }

  /** The same jobs with every call before its return; empty if no order can exist. */
  static Optional<List<Job>> placed(List<Job> spans, KeyStates states) {
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
    return new Zones(found, states).place(spans);
  }

  private static boolean isZone(Job span) {
    return span.returned().time() < span.call().time();
  }

  private Optional<List<Job>> place(List<Job> spans) {
    List<Job> jobs = new ArrayList<>(spans.size());
    for (Job span : spans) {
      Job job;
      if (isZone(span)) {
        job = point(span);
      } else if (states.fitsWithin(span.type())) {
        job = outsideOwn(span);
      } else {
        job = outside(span);
      }
      if (job.returned().compareTo(job.call()) < 0) {
        return Optional.empty();
      }
      jobs.add(job);
    }
    return Optional.of(jobs);
  }

  private Job point(Job zone) {
    long begin = zone.returned().time();
    return new Job(
        zone.type(),
        notWithin(zone.start()),
        new Mark(begin, Mark.ZONE_CALL),
        new Mark(begin, Mark.ZONE_RETURN));
  }

  private Job outside(Job span) {
    Mark returned = span.returned();
    int last = lastBegunBefore(returned.time());
    if (last >= 0 && returned.time() < end(last)) {
      returned = zones.get(last).returned();
    }
    return new Job(span.type(), notWithin(span.start()), notWithin(span.call()), returned);
  }

  private Mark notWithin(Mark call) {
    int last = lastBegunBefore(call.time());
    return last >= 0 && call.time() < end(last) ? zones.get(last).call() : call;
  }

  /** For a job that only keeps out of the zone of one value, should there be one. */
  private Job outsideOwn(Job span) {
    long call = span.call().time();
    long returned = span.returned().time();
    for (int i = lastBegunBefore(returned); i >= 0 && end(i) > call; i--) {
      Job zone = zones.get(i);
      if (states.keepsOutOf(span.type(), zone.type())) {
        boolean after = call > zone.returned().time();
        boolean before = returned < zone.call().time();
        return Job.at(
            span.type(),
            after ? zone.call() : span.call(),
            before ? zone.returned() : span.returned());
      }
    }
    return span;
  }

  private long end(int zone) {
    return zones.get(zone).call().time();
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
