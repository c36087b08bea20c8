package io.flotilla.bench.cluster;

import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What all clients of a run saw, in the order in which they heard. One thread. */
final class Recorder {
  private final List<Operation> ended = new ArrayList<>();
  private final Map<Long, Operation> open = new LinkedHashMap<>();
  private final Versions versions = new Versions();
  private Optional<Throwable> problem = Optional.empty();
  private Optional<Timeline> timeline = Optional.empty();
  private long begun;

  /** Tells {@code lines} of every call from now on. */
  void tell(Timeline lines) {
    timeline = Optional.of(lines);
  }

  /** A client has asked; returns the number under which it will hear. */
  long begin(Operation operation) {
    open.put(++begun, operation);
    timeline.ifPresent(lines -> lines.begun(operation));
    return begun;
  }

  /** The client of call {@code number} has heard. */
  void end(long number, Operation operation) {
    open.remove(number);
    ended.add(operation);
    timeline.ifPresent(lines -> lines.ended(operation));
  }

  /** Takes in a call that is known only when it is over, as the reads of a scan are. */
  void add(Operation operation) {
    begun++;
    ended.add(operation);
    timeline.ifPresent(lines -> lines.ended(operation));
  }

  /** What was seen of versions. */
  Versions versions() {
    return versions;
  }

  /** Keeps what a client ran into that no cluster may do to it; futures swallow exceptions. */
  void broken(Throwable cause) {
    problem = problem.or(() -> Optional.of(cause));
  }

  /** Throws what {@link #broken} was told. */
  void check() {
    if (problem.isPresent()) {
      throw new AssertionError("a client met what it may never meet", problem.get());
    }
  }

  long begun() {
    return begun;
  }

  /** How many operations had an answer. */
  long answered() {
    return ended.stream().filter(operation -> operation.status() == OpStatus.OK).count();
  }

  /** The history so far; calls without an answer are in it as they are. */
  List<HistoryLine> lines() {
    List<HistoryLine> lines = new ArrayList<>(ended);
    lines.addAll(open.values());
    return lines;
  }
}
