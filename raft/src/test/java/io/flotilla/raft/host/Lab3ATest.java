package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The course's lab 3A: leader election. */
final class Lab3ATest {
  private static final long SECOND = LabRaft.SECOND;
  private static final long MILLI = LabRaft.MILLI;

  static LongStream seeds() {
    return LabRaft.seeds();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void initialElection(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    int leader = lab.checkOneLeader();
    lab.sleep(50 * MILLI);
    long term = lab.checkTerms();
    assertThat(term).isPositive();

    lab.sleep(2 * SECOND);
    assertThat(lab.checkTerms()).as("term without any failure").isEqualTo(term);
    assertThat(lab.checkOneLeader()).isEqualTo(leader);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void reElection(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    int first = lab.checkOneLeader();

    lab.disconnect(first);
    int second = lab.checkOneLeader();
    assertThat(second).isNotEqualTo(first);

    lab.connect(first);
    assertThat(lab.checkOneLeader()).as("the old leader's return").isEqualTo(second);

    lab.disconnect(second);
    lab.disconnect(second % 3 + 1);
    lab.sleep(2 * SECOND);
    lab.checkNoLeader();

    lab.connect(second % 3 + 1);
    lab.checkOneLeader();
    lab.connect(second);
    lab.checkOneLeader();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void manyElections(long seed) {
    LabRaft lab = new LabRaft(seed, 7);
    lab.checkOneLeader();
    for (int round = 0; round < 10; round++) {
      TreeSet<Integer> cut = new TreeSet<>();
      for (int at = 0; at < 3; at++) {
        cut.add(1 + lab.random().nextInt(7));
      }
      cut.forEach(lab::disconnect);
      lab.checkOneLeader();
      cut.forEach(lab::connect);
    }
    lab.checkOneLeader();
  }
}
