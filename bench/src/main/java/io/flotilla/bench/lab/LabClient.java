package io.flotilla.bench.lab;

import io.flotilla.raft.LogPosition;
import java.util.List;
import java.util.Optional;

/** A client that knows some servers, and asks the one of them that leads. */
final class LabClient {
  private final LabGroup group;
  private final List<Integer> servers;

  LabClient(LabGroup group, List<Integer> servers) {
    this.group = group;
    this.servers = servers;
  }

  /**
   * How a call ended.
   *
   * @param server who was asked, 0 if nobody led
   * @param answer empty if there was none within the deadline
   */
  record Reply(int server, Optional<String> answer) {
    /** Whether it may take effect all the same. */
    boolean isUnknown() {
      return server != 0 && answer.isEmpty();
    }

    @Override
    public String toString() {
      if (answer.isPresent()) {
        return answer.get();
      }
      return isUnknown() ? "no answer: outcome unknown" : "no answer: nobody leads";
    }
  }

  /** Proposes once, as soon as a server it knows leads, and waits for the answer. */
  Reply call(String command, long deadlineMillis) {
    long end = group.nowNanos() + deadlineMillis * LabGroup.MILLI;
    if (!group.until(deadlineMillis, () -> leader() != 0)) {
      return new Reply(0, Optional.empty());
    }
    int server = leader();
    LogPosition position = group.propose(server, command);
    LabReplica replica = group.replica(server);
    group.until(
        (end - group.nowNanos()) / LabGroup.MILLI,
        () -> replica.answers().containsKey(position) || !replica.leads());
    return new Reply(server, Optional.ofNullable(replica.answers().get(position)));
  }

  private int leader() {
    return servers.stream().filter(id -> group.replica(id).leads()).findFirst().orElse(0);
  }
}
