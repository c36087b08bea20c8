package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.message.Message.VoteReply;
import io.flotilla.raft.core.quorum.JointQuorum;
import java.util.Map;
import java.util.TreeMap;

/** What must hold at every step of every run (figure 3), over all lives of all replicas. */
final class Invariants {
  private final CoreCluster cluster;
  private final TreeMap<Long, Integer> leaderOfTerm = new TreeMap<>();
  private final TreeMap<String, Integer> votes = new TreeMap<>();
  private final TreeMap<Long, Entry> committed = new TreeMap<>();
  private final TreeMap<Long, Long> stateAt = new TreeMap<>();
  private final TreeMap<String, Long> commitOfLife = new TreeMap<>();
  private long highestCommit;
  private boolean byConsequence;

  /** With everything up to {@code committed} committed before. */
  Invariants(CoreCluster cluster, long committed) {
    this.cluster = cluster;
    this.highestCommit = committed;
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
    if (status.isLeader()) {
      Integer other = leaderOfTerm.putIfAbsent(status.term(), node.id());
      if (other == null) {
        checkLeaderCompleteness(node);
      } else {
        assertThat(other).as("election safety in term %d", status.term()).isEqualTo(node.id());
      }
      if (status.commitIndex() > highestCommit) {
        checkDurableOnQuorum(node, status.commitIndex());
      }
    }
    Long before = commitOfLife.put(node.id() + "/" + node.lives(), status.commitIndex());
    assertThat(before == null || before <= status.commitIndex())
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

  /** Nothing counts as committed that a crash of everybody could undo. */
  private void checkDurableOnQuorum(CoreNode leader, long index) {
    LogPosition position = leader.entry(index).orElseThrow().position();
    long held =
        JointQuorum.reached(
            cluster.membership(), id -> cluster.node(id).disk().holds(position) ? 1 : 0);
    assertThat(held).as("a quorum holds %s on disk", position).isEqualTo(1);
  }
}
