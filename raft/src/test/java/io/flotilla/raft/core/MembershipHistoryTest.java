package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Membership;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who was a member as of which entry, against a plain map that forgets nothing. */
final class MembershipHistoryTest {
  private static final int RUNS = 300;
  private static final int STEPS = 60;

  @Test
  void itAnswersAsAMapWouldWhateverIsAppendedTruncatedAndForgotten() {
    for (int run = 0; run < RUNS; run++) {
      SplittableRandom random = new SplittableRandom(run);
      Membership first = Membership.of(List.of(1));
      MembershipHistory history = new MembershipHistory(0, first);
      TreeMap<Long, Membership> map = new TreeMap<>();
      map.put(0L, first);
      long last = 0;
      long folded = 0;
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(5)) {
          case 0, 1 -> {
            last += 1 + random.nextInt(3);
            Membership next = Membership.of(List.of(1 + random.nextInt(9)));
            history.append(last, next);
            map.put(last, next);
          }
          case 2 -> {
            long from = folded + 1 + random.nextInt(4);
            history.truncateFrom(from);
            map.tailMap(from, true).clear();
            last = Math.min(last, from - 1);
          }
          case 3 -> {
            folded = folded + random.nextLong(last - folded + 1);
            history.forgetBefore(folded);
          }
          default -> {
            long upTo = folded + random.nextInt(4);
            Membership there = map.floorEntry(upTo).getValue();
            history.replaceThrough(upTo, there);
            folded = upTo;
            last = Math.max(last, upTo);
            map.put(upTo, there);
          }
        }
        for (long index = folded; index <= last + 2; index++) {
          assertThat(history.asOf(index)).isEqualTo(map.floorEntry(index).getValue());
        }
        assertThat(history.inForce()).isEqualTo(map.lastEntry().getValue());
      }
    }
  }
}
