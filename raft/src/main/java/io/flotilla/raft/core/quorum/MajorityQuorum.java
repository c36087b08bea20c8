package io.flotilla.raft.core.quorum;

import java.util.Arrays;
import java.util.List;

/**
 * More than half of a list of voters. Pure functions.
 *
 * <p>No voters at all agree to everything: the absent half of a joint membership then stands in
 * nobody's way.
 */
public final class MajorityQuorum {
  private MajorityQuorum() {}

  /** The highest value that a majority of {@code voters} has reached. */
  public static long reached(List<Integer> voters, Reached reached) {
    int count = voters.size();
    if (count == 0) {
      return Long.MAX_VALUE;
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = reached.by(voters.get(i));
    }
    Arrays.sort(values);
    // Ascending: from this one on upwards there are count / 2 + 1 voters.
    return values[count - (count / 2 + 1)];
  }

  /** How an election among {@code voters} stands. */
  public static Verdict verdict(List<Integer> voters, Ballots ballots) {
    int needed = voters.isEmpty() ? 0 : voters.size() / 2 + 1;
    int granted = 0;
    int refused = 0;
    for (int i = 0; i < voters.size(); i++) {
      switch (ballots.of(voters.get(i))) {
        case GRANTED -> granted++;
        case REFUSED -> refused++;
        case MISSING -> {}
      }
    }
    if (granted >= needed) {
      return Verdict.WON;
    }
    return voters.size() - refused < needed ? Verdict.LOST : Verdict.OPEN;
  }
}
