package io.flotilla.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A membership and its bytes. */
final class MembershipTest {
  private static final int RUNS = 2_000;

  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void everyMembershipComesBackFromItsBytes() {
    for (int run = 0; run < RUNS; run++) {
      List<Integer> voters = some(1);
      List<Integer> learners = new ArrayList<>(some(0));
      learners.removeAll(voters);
      Membership membership = new Membership(voters, some(0), learners);

      assertThat(Membership.parse(membership.toBytes())).contains(membership);
    }
  }

  @Test
  void bytesThatWereHurtAreAMembershipOrNoneAndNeverFail() {
    for (int run = 0; run < RUNS; run++) {
      byte[] bytes = new Membership(some(1), some(0), List.of()).toBytes().toByteArray();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      ByteString hurt = ByteString.copyFrom(bytes, 0, random.nextInt(bytes.length + 1));
      Membership.parse(hurt).ifPresent(read -> assertThat(read.voters()).isNotEmpty());
    }
  }

  @Test
  void everybodyWhoReceivesTheLogIsNamedOnce() {
    for (int run = 0; run < RUNS; run++) {
      List<Integer> voters = some(1);
      List<Integer> outgoing = some(0);
      Membership membership = new Membership(voters, outgoing, List.of());
      TreeSet<Integer> all = new TreeSet<>(voters);
      all.addAll(outgoing);
      assertThat(membership.all()).containsExactlyElementsOf(all);
      assertThat(all).allMatch(membership::isVoter);
      assertThat(membership.withoutOutgoing().isJoint()).isFalse();
    }
  }

  private List<Integer> some(int atLeast) {
    TreeSet<Integer> nodes = new TreeSet<>();
    int count = atLeast + random.nextInt(5);
    while (nodes.size() < count) {
      nodes.add(1 + random.nextInt(20));
    }
    return List.copyOf(nodes);
  }
}
