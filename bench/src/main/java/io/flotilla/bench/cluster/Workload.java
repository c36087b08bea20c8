package io.flotilla.bench.cluster;

import io.flotilla.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/** What clients do during a run: a number of operations, some lanes each, then one last look. */
final class Workload {
  private final Simulation simulation;
  private final Keys keys;
  private final Recorder recorder = new Recorder();
  private final List<Lane> lanes = new ArrayList<>();
  private final Lane reader;
  private final RandomGenerator random;
  private final long operations;
  private long thinkNanos;
  private int unread;

  /**
   * @param machines client processes, each with a session of its own
   * @param lanesEach operations a process has outstanding at most
   * @param operations how many there will be in all before the last look
   * @param thinkNanos between two operations of a lane, on average
   */
  Workload(
      SimCluster cluster,
      Keys keys,
      int machines,
      int lanesEach,
      long operations,
      long thinkNanos) {
    this.simulation = cluster.simulation();
    this.keys = keys;
    this.operations = operations;
    this.thinkNanos = thinkNanos;
    this.random = simulation.random("workload");
    for (int machine = 1; machine <= machines; machine++) {
      var client =
          cluster.client("client" + machine, Duration.ofMillis(random.nextInt(1_500, 8_000)));
      for (int lane = 1; lane <= lanesEach; lane++) {
        lanes.add(new Lane(simulation, client, recorder, keys.names(), "c" + machine + "-" + lane));
      }
    }
    this.reader =
        new Lane(
            simulation,
            cluster.client("reader", Duration.ofSeconds(20)),
            recorder,
            keys.names(),
            "reader");
  }

  Recorder recorder() {
    return recorder;
  }

  void start() {
    lanes.forEach(this::pause);
  }

  /** From now on lanes pause for {@code nanos} on average. */
  void thinkFor(long nanos) {
    thinkNanos = nanos;
  }

  /** Whether all operations have begun and ended. */
  boolean isDone() {
    return recorder.begun() >= operations && lanes.stream().noneMatch(Lane::isBusy);
  }

  /** Reads every key once more. */
  void lookAgain() {
    unread = keys.all().size();
    readNext(keys.all().iterator());
  }

  /** Whether every key has been read once more. */
  boolean isRead() {
    return unread == 0;
  }

  private void pause(Lane lane) {
    simulation.at(
        random.nextLong(2 * thinkNanos + 1),
        "client thinks",
        () -> {
          if (recorder.begun() < operations) {
            lane.doSomething(keys.draw(random), () -> pause(lane));
          }
        });
  }

  private void readNext(Iterator<Keys.Key> rest) {
    if (rest.hasNext()) {
      String key = rest.next().name();
      long before = recorder.answered();
      simulation.at(
          0,
          "last look",
          () ->
              reader.read(
                  key,
                  () -> {
                    unread -= recorder.answered() > before ? 1 : 0;
                    readNext(rest);
                  }));
    }
  }
}
