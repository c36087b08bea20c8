package io.flotilla.raft;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who takes part in a group, by node id, ascending.
 *
 * <p>An entry of kind {@link Entry.Kind#MEMBERSHIP} carries one as bytes; it is in force from the
 * moment it is appended, committed or not (section 6).
 *
 * @param voters the voters; in a joint membership the incoming ones
 * @param outgoing the voters of the old half of a joint membership; empty otherwise. One that is a
 *     learner too is being demoted: it votes until the joint membership is left
 * @param learners receive the log and count for nothing
 */
public record Membership(List<Integer> voters, List<Integer> outgoing, List<Integer> learners) {
  /** Most members of each kind; what comes from elsewhere must not make lists without end. */
  public static final int MEMBERS_MAX = 1_024;

  /** Nobody: a replica created for a later membership, which may not campaign. */
  public static final Membership NONE = new Membership(List.of(), List.of(), List.of());

  private static final int NUMBER_BYTES = 4;

  public Membership {
    voters = voters.stream().sorted().distinct().toList();
    outgoing = outgoing.stream().sorted().distinct().toList();
    learners = learners.stream().sorted().distinct().toList();
    Check.that(learners.stream().noneMatch(voters::contains), "learners that vote");
  }

  /** A membership of voters only. */
  public static Membership of(List<Integer> voters) {
    return new Membership(voters, List.of(), List.of());
  }

  /** Reads what {@link #toBytes} wrote; empty if the bytes are no membership with voters. */
  public static Optional<Membership> parse(ByteString bytes) {
    if (bytes.size() % NUMBER_BYTES != 0 || bytes.size() > 3 * (MEMBERS_MAX + 1) * NUMBER_BYTES) {
      return Optional.empty();
    }
    List<List<Integer>> lists = new ArrayList<>();
    int at = 0;
    while (at < bytes.size()) {
      int count = number(bytes, at);
      at += NUMBER_BYTES;
      if (count < 0 || count > (bytes.size() - at) / NUMBER_BYTES) {
        return Optional.empty();
      }
      List<Integer> nodes = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        nodes.add(number(bytes, at));
        at += NUMBER_BYTES;
      }
      lists.add(nodes);
    }
    boolean isWhole =
        lists.size() == 3
            && !lists.get(0).isEmpty()
            && lists.stream().allMatch(nodes -> nodes.stream().allMatch(node -> node >= 1))
            && lists.get(2).stream().noneMatch(lists.get(0)::contains);
    return isWhole
        ? Optional.of(new Membership(lists.get(0), lists.get(1), lists.get(2)))
        : Optional.empty();
  }

  /** The data of an entry that brings this membership into force. */
  public ByteString toBytes() {
    byte[] bytes = new byte[NUMBER_BYTES * (3 + voters.size() + outgoing.size() + learners.size())];
    int at = 0;
    for (List<Integer> nodes : List.of(voters, outgoing, learners)) {
      at = put(bytes, at, nodes.size());
      for (int node : nodes) {
        at = put(bytes, at, node);
      }
    }
    return ByteString.copyFrom(bytes);
  }

  /** Whether two majorities are needed now (section 6). */
  public boolean isJoint() {
    return !outgoing.isEmpty();
  }

  /** Whether {@code node} has a vote, in whichever half. */
  public boolean isVoter(int node) {
    return voters.contains(node) || outgoing.contains(node);
  }

  /** Everybody who receives the log, ascending. */
  public List<Integer> all() {
    TreeSet<Integer> all = new TreeSet<>(voters);
    all.addAll(outgoing);
    all.addAll(learners);
    return List.copyOf(all);
  }

  /** What a joint membership leads to. */
  public Membership withoutOutgoing() {
    return new Membership(voters, List.of(), learners);
  }

  private static int number(ByteString bytes, int at) {
    int number = 0;
    for (int i = 0; i < NUMBER_BYTES; i++) {
      number = (number << 8) | (bytes.byteAt(at + i) & 0xff);
    }
    return number;
  }

  private static int put(byte[] bytes, int at, int number) {
    for (int i = 0; i < NUMBER_BYTES; i++) {
      bytes[at + i] = (byte) (number >>> (8 * (NUMBER_BYTES - 1 - i)));
    }
    return at + NUMBER_BYTES;
  }
}
