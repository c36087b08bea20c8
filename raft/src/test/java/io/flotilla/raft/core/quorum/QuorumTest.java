package io.flotilla.raft.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Membership;
import io.flotilla.raft.core.quorum.Ballots.Ballot;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuorumTest {
  private static final SplittableRandom RANDOM = new SplittableRandom(20);

  @Test
  void learnersNeverCount() {
    Membership membership = new Membership(List.of(1, 2, 3), List.of(), List.of(4, 5));

    assertThat(JointQuorum.reached(membership, node -> node >= 4 ? 100 : node)).isEqualTo(2);
  }

  @Test // section 6
  void jointMembershipNeedsBothMajorities() {
    Membership joint = new Membership(List.of(3, 4, 5), List.of(1, 2, 3), List.of());

    assertThat(JointQuorum.reached(joint, node -> node <= 3 ? 9 : 1)).isEqualTo(1);
    assertThat(JointQuorum.reached(joint, node -> node >= 3 ? 9 : 1)).isEqualTo(1);
    assertThat(JointQuorum.reached(joint, node -> node == 2 || node == 5 ? 1 : 9)).isEqualTo(9);
    assertThat(JointQuorum.verdict(joint, node -> node <= 3 ? Ballot.GRANTED : Ballot.MISSING))
        .isEqualTo(Verdict.OPEN);
    assertThat(JointQuorum.verdict(joint, node -> node <= 3 ? Ballot.GRANTED : Ballot.REFUSED))
        .isEqualTo(Verdict.LOST);
  }

  @Test
  void reachedIsTheHighestValueThatAQuorumHasCountedOneByOne() {
    for (int run = 0; run < 5_000; run++) {
      Membership membership = membership();
      long[] values = IntStream.range(0, 12).mapToLong(i -> RANDOM.nextInt(8)).toArray();
      long expected = -1;
      for (long candidate = 0; candidate < 8; candidate++) {
        long floor = candidate;
        if (isQuorum(membership, node -> values[node] >= floor)) {
          expected = candidate;
        }
      }
      assertThat(JointQuorum.reached(membership, node -> values[node])).isEqualTo(expected);
    }
  }

  @Test
  void verdictIsWhatTheMissingAnswersLeavePossible() {
    for (int run = 0; run < 5_000; run++) {
      Membership membership = membership();
      Ballot[] ballots = new Ballot[12];
      for (int i = 0; i < ballots.length; i++) {
        ballots[i] = Ballot.values()[RANDOM.nextInt(3)];
      }
      boolean won = isQuorum(membership, node -> ballots[node] == Ballot.GRANTED);
      boolean possible = isQuorum(membership, node -> ballots[node] != Ballot.REFUSED);
      Verdict expected = won ? Verdict.WON : possible ? Verdict.OPEN : Verdict.LOST;
      assertThat(JointQuorum.verdict(membership, node -> ballots[node])).isEqualTo(expected);
    }
  }

  private static Membership membership() {
    return new Membership(someNodes(1), someNodes(0), List.of());
  }

  private static List<Integer> someNodes(int atLeast) {
    return RANDOM.ints(atLeast + RANDOM.nextInt(6), 1, 12).distinct().boxed().toList();
  }

  /** Section 6, word by word: separate majorities of both. */
  private static boolean isQuorum(Membership membership, IntPredicate in) {
    return isMajority(membership.voters(), in)
        && (membership.outgoing().isEmpty() || isMajority(membership.outgoing(), in));
  }

  private static boolean isMajority(List<Integer> voters, IntPredicate in) {
    long count = voters.stream().filter(in::test).count();
    return 2 * count > voters.size();
  }
}
