package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.message.Message.VoteReply;
import io.flotilla.raft.core.quorum.JointQuorum;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must hold at every step of every run (figure 3), over all lives of all replicas. */
final class Invariants {
  private final CoreCluster cluster;
  private final TreeMap<Long, Integer> leaderOfTerm = new TreeMap<>();
  private final TreeMap<String, Integer> votes = new TreeMap<>();
  private final TreeMap<Long, Entry> committed = new TreeMap<>();
  private final TreeMap<Long, Long> stateAt = new TreeMap<>();
  private final TreeMap<String, Long> commitOfLife = new TreeMap<>();
  private final TreeMap<Integer, Membership> memberships = new TreeMap<>();
  private final TreeMap<Long, Membership> checkpointed = new TreeMap<>();
  private final TreeSet<String> overlapping = new TreeSet<>();
  private long highestCommit;
  private boolean byConsequence;

  /** With everything up to {@code first} committed before. */
  Invariants(CoreCluster cluster, SnapshotHeader first) {
    this.cluster = cluster;
    this.highestCommit = first.position().index();
  }

  long highestCommit() {
    return highestCommit;
  }

  int termsLed() {
    return leaderOfTerm.size();
  }

  /** Lets a vote leave at any time; what it leads to is still judged. */
  void judgeVotesByConsequence() {
    byConsequence = true;
  }

  /** Every message carries the term that is current when it is made; a vote waits for the disk. */
  void checkOutgoing(CoreNode node, Ready ready) {
    long term = node.core().status().term();
    for (Outbound out : ready.sendNow()) {
      assertThat(out.message().term()).as("term of %s", out).isEqualTo(term);
      assertThat(byConsequence || !(out.message() instanceof VoteReply))
          .as("a vote is a promise: %s", out)
          .isTrue();
    }
    for (Outbound out : ready.sendAfterPersist()) {
      assertThat(out.message().term()).as("term of %s", out).isEqualTo(term);
    }
  }

  /** A vote leaves; after any number of crashes it may only ever go to the same candidate. */
  void voted(int voter, int candidate, long term) {
    Integer before = votes.putIfAbsent(voter + "/" + term, candidate);
    assertThat(before == null || before == candidate)
        .as("node %d votes for %d and %s in term %d", voter, candidate, before, term)
        .isTrue();
  }

  void check(CoreNode node) {
    GroupStatus status = node.core().status();
    Membership known = memberships.put(node.id(), status.membership());
    Membership before = known == null ? status.membership() : known;
    if (!status.membership().equals(known)) {
      checkMembership(node, status);
    }
    if (status.isLeader()) {
      Integer other = leaderOfTerm.putIfAbsent(status.term(), node.id());
      if (other == null) {
        checkLeaderCompleteness(node);
      } else {
        assertThat(other).as("election safety in term %d", status.term()).isEqualTo(node.id());
      }
      if (status.commitIndex() > highestCommit) {
        checkDurableOnQuorum(node, status, before);
      }
    }
    Long commit = commitOfLife.put(node.id() + "/" + node.lives(), status.commitIndex());
    assertThat(commit == null || commit <= status.commitIndex())
        .as("commit index of node %d goes back", node.id())
        .isTrue();
    highestCommit = Math.max(highestCommit, status.commitIndex());
  }

  /** State machine safety: nobody applies another entry at this index. */
  void applied(CoreNode node, Entry entry, long state) {
    Entry before = committed.putIfAbsent(entry.index(), entry);
    assertThat(before == null || before.equals(entry))
        .as("node %d applies %s, another applied %s", node.id(), entry, before)
        .isTrue();
    restored(node, entry.position(), state);
  }

  void restored(CoreNode node, LogPosition position, long state) {
    Long other = stateAt.putIfAbsent(position.index(), state);
    assertThat(other == null || other == state)
        .as("state of node %d at %s", node.id(), position)
        .isTrue();
  }

  /** Log matching: from the last common entry of two logs backwards, all entries are the same. */
  void checkLogMatching() {
    for (CoreNode a : cluster.nodes()) {
      for (CoreNode b : cluster.nodes()) {
        boolean common = false;
        for (Map.Entry<Long, Entry> slot : a.volatileLog().descendingMap().entrySet()) {
          Entry other = b.volatileLog().get(slot.getKey());
          if (other == null) {
            continue;
          }
          common |= other.term() == slot.getValue().term();
          if (common) {
            assertThat(other)
                .as("log matching of %d and %d", a.id(), b.id())
                .isEqualTo(slot.getValue());
          }
        }
      }
    }
  }

  /** Whatever was committed in an earlier term is in the log of every later leader. */
  private void checkLeaderCompleteness(CoreNode leader) {
    for (Entry entry : committed.values()) {
      boolean covered = entry.index() <= leader.disk().snapshot().position().index();
      boolean held = leader.entry(entry.index()).filter(entry::equals).isPresent();
      assertThat(covered || held).as("leader %d lacks %s", leader.id(), entry.position()).isTrue();
    }
  }

  /**
   * Nothing counts as committed that a crash of everybody could undo. A commit may bring the next
   * membership in the same step, so what was in force before it decides as well.
   */
  private void checkDurableOnQuorum(CoreNode leader, GroupStatus status, Membership before) {
    LogPosition position = leader.entry(status.commitIndex()).orElseThrow().position();
    assertThat(isDurable(status.membership(), position) || isDurable(before, position))
        .as("a quorum of %s holds %s on disk", status.membership(), position)
        .isTrue();
  }

  private boolean isDurable(Membership membership, LogPosition position) {
    return JointQuorum.reached(membership, id -> cluster.node(id).disk().holds(position) ? 1 : 0)
        == 1;
  }

  /** Checkpoints of the same position say the same of the members. */
  void checkpointed(SnapshotHeader header) {
    Membership other = checkpointed.putIfAbsent(header.position().index(), header.membership());
    assertThat(other == null || other.equals(header.membership()))
        .as("members as of %s: %s and %s", header.position(), header.membership(), other)
        .isTrue();
  }

  /** Section 6: effective when appended, one at a time, and never two that could decide apart. */
  private void checkMembership(CoreNode node, GroupStatus status) {
    assertThat(status.membership()).as("node %d", node.id()).isEqualTo(node.membershipInLog());
    List<Entry> changes =
        node.volatileLog().descendingMap().values().stream()
            .filter(entry -> entry.kind() == Entry.Kind.MEMBERSHIP)
            .limit(2)
            .toList();
    if (changes.isEmpty()) {
      return;
    }
    Entry newest = changes.get(0);
    if (status.isLeader() && newest.term() == status.term()) {
      assertThat(node.entry(status.commitIndex()).orElseThrow().term())
          .as("leader %d has committed in its term before it changes the members", node.id())
          .isEqualTo(status.term());
    }
    if (changes.size() == 2) {
      assertThat(changes.get(1).index())
          .as("node %d: one change at a time", node.id())
          .isLessThanOrEqualTo(Math.max(highestCommit, status.commitIndex()));
      checkOverlap(
          Membership.parse(changes.get(1).data()).orElseThrow(),
          Membership.parse(newest.data()).orElseThrow());
    }
  }

  /** Every quorum of one has a node in common with every quorum of the other: all are tried. */
  private void checkOverlap(Membership a, Membership b) {
    if (!overlapping.add(a + " " + b)) {
      return;
    }
    int subsets = 1 << cluster.nodes().size() + 1;
    for (int nodes = 0; nodes < subsets; nodes++) {
      int chosen = nodes;
      boolean isQuorumOfA = JointQuorum.reached(a, id -> chosen >> id & 1) == 1;
      boolean othersAreQuorumOfB = JointQuorum.reached(b, id -> ~chosen >> id & 1) == 1;
      assertThat(isQuorumOfA && othersAreQuorumOfB).as("%s and %s decide apart", a, b).isFalse();
    }
  }
}
