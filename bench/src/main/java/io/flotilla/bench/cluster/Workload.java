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
  private long endNanos;
  private long thinkNanos;
  private int unread;

  /**
   * How much there is to do.
   *
   * @param machines client processes, each with a session of its own
   * @param lanesEach operations a process has outstanding at most
   * @param lanesMax operations all together have outstanding at most
   * @param operations how many there will be at least before the last look
   * @param thinkNanos between two operations of a lane, on average
   */
  record Size(int machines, int lanesEach, int lanesMax, long operations, long thinkNanos) {}

  Workload(SimCluster cluster, Keys keys, Size size) {
    this.simulation = cluster.simulation();
    this.keys = keys;
    this.operations = size.operations();
    this.thinkNanos = size.thinkNanos();
    this.random = simulation.random("workload");
    for (int machine = 1; machine <= size.machines(); machine++) {
      var client =
          cluster.client("client" + machine, Duration.ofMillis(random.nextInt(1_500, 8_000)));
      for (int lane = 1; lane <= size.lanesEach() && lanes.size() < size.lanesMax(); lane++) {
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

  /** Begins, to go on for {@code nanos} at least. */
  void start(long nanos) {
    endNanos = simulation.now() + nanos;
    lanes.forEach(this::pause);
  }

  /** From now on lanes pause for {@code nanos} on average. */
  void thinkFor(long nanos) {
    thinkNanos = nanos;
  }

  /** Whether all operations have begun and ended. */
  boolean isDone() {
    return isEnough() && lanes.stream().noneMatch(Lane::isBusy);
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

  private boolean isEnough() {
    return simulation.now() >= endNanos && recorder.begun() >= operations;
  }

  private void pause(Lane lane) {
    simulation.at(
        random.nextLong(2 * thinkNanos + 1),
        "client thinks",
        () -> {
          if (!isEnough()) {
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
