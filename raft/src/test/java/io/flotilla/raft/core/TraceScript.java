package io.flotilla.raft.core;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.log.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Plays the commands of a trace file on cores whose messages wait until they are delivered, and
 * writes down everything they say. Commands, one a line:
 *
 * <pre>
 * group N                        N empty replicas
 * replica I term=T log=1,1,2     replica I as this disk has it (before anything is sent)
 * silence                        nobody who follows has heard a leader for the shortest timeout
 * timeout I                      the election timeout of I runs out
 * heartbeat I                    the heartbeat of I is due
 * newcomer I                     an empty replica that knows no members
 * members I 1,2,3 [learners 4]   I is asked to change who takes part
 * transfer I to                  I is asked to hand leadership over
 * propose I text                 a command at I
 * read I number                  a linearizable read at I
 * deliver [I ...]                all messages (to these) arrive, and what they bring about, too
 * drop [I ...]                   all messages waiting (to these) are lost
 * cut I ... / heal               messages from and to these are lost; everything passes again
 * crash I / restart I            without and with what is on disk
 * checkpoint I                   I lets go of the log it has applied
 * logs                           everybody's log and commit index
 * </pre>
 */
final class TraceScript {
  private static final CoreConfig CONFIG = patient();
  private static final int DELIVERIES_MAX = 10_000;

  private final List<String> lines = new ArrayList<>();
  private final TreeMap<Integer, TraceReplica> replicas = new TreeMap<>();
  private final List<Waiting> network = new ArrayList<>();
  private final TreeSet<Integer> cut = new TreeSet<>();
  private Membership members = Membership.NONE;

  private record Waiting(int from, Outbound out) {}

  /** Everything the replicas said while these commands were carried out. */
  List<String> play(List<String> commands) {
    lines.clear();
    for (String command : commands) {
      String[] words = command.strip().split(" +", 3);
      play(words[0], words);
      replicas.values().forEach(this::collect);
    }
    return List.copyOf(lines);
  }

  private void play(String verb, String... words) {
    switch (verb) {
      case "group" -> group(Integer.parseInt(words[1]));
      case "replica" -> replica(number(words), words[2]);
      case "newcomer" -> newcomer(number(words));
      case "members" -> members(at(words), words[2]);
      case "transfer" -> transfer(at(words), Integer.parseInt(words[2]));
      case "silence" -> silence();
      case "timeout" -> at(words).pass(CONFIG.electionMaxNanos());
      case "heartbeat" -> at(words).pass(CONFIG.heartbeatNanos());
      case "propose" -> propose(at(words), words[2]);
      case "read" -> read(at(words), Long.parseLong(words[2]));
      case "deliver" -> deliver(ids(words));
      case "drop" -> drop(ids(words));
      case "cut" -> cut.addAll(ids(words));
      case "heal" -> cut.clear();
      case "crash" -> at(words).crash();
      case "restart" -> at(words).restart();
      case "checkpoint" -> at(words).compact();
      case "logs" -> logs();
      default -> throw new IllegalArgumentException("no such command: " + verb);
    }
  }

  private void group(int size) {
    members = Membership.of(IntStream.rangeClosed(1, size).boxed().toList());
    members.voters().forEach(id -> replica(id, "term=0 log="));
  }

  private void replica(int id, String disk) {
    String[] parts = disk.split(" ");
    long term = Long.parseLong(parts[0].substring("term=".length()));
    String terms = parts[1].substring("log=".length());
    long[] logTerms =
        terms.isEmpty()
            ? new long[0]
            : List.of(terms.split(",")).stream().mapToLong(Long::parseLong).toArray();
    List<Entry> log = OneCore.entries(1, logTerms);
    replicas.put(
        id, new TraceReplica(id, CONFIG, members, new HardState(term, 0, 0), log, lines::add));
  }

  private void newcomer(int id) {
    replicas.put(
        id, new TraceReplica(id, CONFIG, Membership.NONE, HardState.NONE, List.of(), lines::add));
  }

  private void members(TraceReplica replica, String target) {
    String[] parts = target.split(" learners ");
    List<Integer> learners = parts.length > 1 ? numbers(parts[1]) : List.of();
    Membership wanted = new Membership(numbers(parts[0]), List.of(), learners);
    replica.core().changeMembers(wanted).ifPresent(end -> replica.say("ends the change: " + end));
    replica.turn();
  }

  private void transfer(TraceReplica replica, int target) {
    replica.core().transferTo(target).ifPresent(end -> replica.say("ends the transfer: " + end));
    replica.turn();
  }

  private void silence() {
    for (TraceReplica replica : replicas.values()) {
      if (replica.isUp() && !replica.core().status().isLeader()) {
        replica.pass(CONFIG.electionMinNanos());
      }
    }
  }

  private void propose(TraceReplica replica, String text) {
    ProposeOutcome outcome = replica.core().propose(ByteString.copyFromUtf8(text));
    if (!(outcome instanceof ProposeOutcome.Accepted)) {
      lines.add("S" + replica.id() + " refuses: " + outcome);
    }
    replica.turn();
  }

  private void read(TraceReplica replica, long number) {
    if (!replica.core().readIndex(number)) {
      lines.add("S" + replica.id() + " refuses to read: it does not lead");
    }
    replica.turn();
  }

  private void deliver(List<Integer> to) {
    for (int count = 0; ; count++) {
      replicas.values().forEach(this::collect);
      int at = firstFor(to);
      if (at < 0) {
        return;
      }
      if (count > DELIVERIES_MAX) {
        throw new AssertionError("messages without end");
      }
      Waiting next = network.remove(at);
      TraceReplica target = replicas.get(next.out().to());
      boolean isLost = cut.contains(next.from()) || cut.contains(target.id()) || !target.isUp();
      if (!isLost) {
        target.core().step(next.from(), next.out().message());
        target.turn();
      }
    }
  }

  private int firstFor(List<Integer> to) {
    for (int at = 0; at < network.size(); at++) {
      if (to.isEmpty() || to.contains(network.get(at).out().to())) {
        return at;
      }
    }
    return -1;
  }

  private void drop(List<Integer> to) {
    network.removeIf(waiting -> to.isEmpty() || to.contains(waiting.out().to()));
  }

  private void logs() {
    for (TraceReplica replica : replicas.values()) {
      GroupProbe probe = replica.core().probe();
      List<String> log = new ArrayList<>();
      replica.log().forEach(entry -> log.add(Long.toString(entry.term())));
      lines.add(
          "S%d %s term=%d commit=%s after %d: %s"
              .formatted(
                  replica.id(),
                  replica.isUp() ? probe.status().role() : "down",
                  probe.status().term(),
                  replica.isUp() ? probe.status().commitIndex() : "-",
                  replica.compacted().index(),
                  String.join(" ", log)));
    }
  }

  private void collect(TraceReplica replica) {
    replica.takeOutbox().forEach(out -> network.add(new Waiting(replica.id(), out)));
  }

  private TraceReplica at(String... words) {
    return replicas.get(number(words));
  }

  private static int number(String... words) {
    return Integer.parseInt(words[1]);
  }

  private static List<Integer> numbers(String list) {
    return List.of(list.split(",")).stream().map(Integer::parseInt).toList();
  }

  private static List<Integer> ids(String... words) {
    List<Integer> ids = new ArrayList<>();
    for (int at = 1; at < words.length; at++) {
      for (String id : words[at].split(" ")) {
        ids.add(Integer.parseInt(id));
      }
    }
    return ids;
  }

  /** So that time passes where the script says so and nowhere else; a tail of nothing in memory. */
  private static CoreConfig patient() {
    CoreConfig usual = CoreConfig.from(RaftConfig.FAST);
    return new CoreConfig(
        usual.heartbeatNanos(),
        usual.electionMinNanos(),
        100 * usual.electionMinNanos(),
        usual.maxEntriesPerMessage(),
        usual.maxBytesPerMessage(),
        usual.maxInflightMessages(),
        usual.maxInflightBytes(),
        usual.maxUncommittedBytes(),
        usual.maxCommittedBytes(),
        0);
  }
}
