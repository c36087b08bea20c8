package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The course's lab 3C: persistence. A crash here is a power loss. */
final class Lab3CTest {
  private static final long SECOND = LabRaft.SECOND;
  private static final long MILLI = LabRaft.MILLI;
  private static final int ITERATIONS = Integer.getInteger("flotilla.lab.iterations", 300);

  static LongStream seeds() {
    return LabRaft.seeds();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void persist1(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    lab.oneWithRetry(3);
    lab.servers().forEach(lab::crash);
    lab.startAll();
    lab.oneWithRetry(3);

    int leader = lab.checkOneLeader();
    lab.crash(leader);
    lab.start(leader);
    lab.oneWithRetry(3);

    leader = lab.checkOneLeader();
    lab.crash(leader);
    lab.oneWithRetry(2);
    lab.start(leader);
    lab.oneWithRetry(3);

    int follower = lab.checkOneLeader() % 3 + 1;
    lab.crash(follower);
    lab.oneWithRetry(2);
    lab.start(follower);
    lab.oneWithRetry(3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void persist2(long seed) {
    LabRaft lab = new LabRaft(seed, 5);
    for (int round = 0; round < 5; round++) {
      lab.oneWithRetry(5);
      int leader = lab.checkOneLeader();
      List<Integer> ring = new ArrayList<>();
      for (int at = 1; at < 5; at++) {
        ring.add((leader - 1 + at) % 5 + 1);
      }
      lab.crash(ring.get(0));
      lab.crash(ring.get(1));
      lab.oneWithRetry(3);

      lab.crash(leader);
      lab.crash(ring.get(2));
      lab.crash(ring.get(3));
      lab.start(ring.get(0));
      lab.start(ring.get(1));
      lab.sleep(SECOND);
      lab.start(ring.get(2));
      lab.oneWithRetry(3);

      lab.startAll();
    }
    lab.oneWithRetry(5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void persist3(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    lab.oneWithRetry(3);
    int leader = lab.checkOneLeader();
    lab.disconnect((leader + 1) % 3 + 1);
    ByteString kept = lab.command();
    lab.agree(kept, 2, true);

    lab.crash(leader);
    lab.crash(leader % 3 + 1);
    lab.connect((leader + 1) % 3 + 1);
    lab.start(leader);
    lab.oneWithRetry(2);

    lab.start(leader % 3 + 1);
    lab.oneWithRetry(3);
    assertThat(lab.ledger().holds(kept)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void figure8(long seed) {
    LabRaft lab = new LabRaft(seed, 5);
    lab.oneWithRetry(1);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      int leader = proposeEverywhere(lab);
      pause(lab, 500 * MILLI);
      if (leader != 0) {
        lab.crash(leader);
      }
      if (lab.servers().filter(lab::isUp).count() < 3) {
        int any = 1 + lab.random().nextInt(5);
        if (!lab.isUp(any)) {
          lab.start(any);
        }
      }
    }
    lab.startAll();
    lab.oneWithRetry(5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void unreliableAgree(long seed) {
    LabRaft lab = new LabRaft(seed, 5);
    lab.unreliable();
    for (int round = 1; round < 50; round++) {
      for (int at = 0; at < 4; at++) {
        lab.shoot(lab.command());
      }
      lab.oneWithRetry(1);
    }
    lab.reliable();
    lab.oneWithRetry(5);
    assertThat(lab.ledger().size()).isGreaterThan(150);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void figure8Unreliable(long seed) {
    LabRaft lab = new LabRaft(seed, 5);
    lab.unreliable();
    lab.oneWithRetry(1);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      if (iteration == ITERATIONS / 5) {
        lab.longReordering();
      }
      int leader = proposeEverywhere(lab);
      pause(lab, 500 * MILLI);
      if (leader != 0 && lab.random().nextInt(1000) < 500) {
        lab.disconnect(leader);
      }
      if (lab.servers().filter(lab::isConnected).count() < 3) {
        lab.connect(1 + lab.random().nextInt(5));
      }
    }
    lab.connectAll();
    // What is still under way may be two seconds old.
    lab.reliable();
    lab.oneWithRetry(5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void reliableChurn(long seed) {
    churn(new LabRaft(seed, 5));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void unreliableChurn(long seed) {
    LabRaft lab = new LabRaft(seed, 5);
    lab.unreliable();
    churn(lab);
  }

  private static void churn(LabRaft lab) {
    for (int client = 0; client < 3; client++) {
      lab.every(lab.random().nextLong(20 * MILLI, 60 * MILLI), () -> lab.shoot(lab.command()));
    }
    for (int round = 0; round < 20; round++) {
      if (lab.random().nextInt(1000) < 200) {
        lab.disconnect(1 + lab.random().nextInt(5));
      }
      int any = 1 + lab.random().nextInt(5);
      if (lab.random().nextInt(1000) < 500 && !lab.isUp(any)) {
        lab.start(any);
      }
      lab.connect(any);
      int victim = 1 + lab.random().nextInt(5);
      if (lab.random().nextInt(1000) < 200 && lab.isUp(victim)) {
        lab.crash(victim);
      }
      lab.sleep(700 * MILLI);
    }
    lab.sleep(SECOND);
    lab.reliable();
    lab.startAll();
    lab.connectAll();
    lab.oneWithRetry(5);
    assertThat(lab.acknowledged()).hasSizeGreaterThan(20).allMatch(lab.ledger()::holds);
  }

  private static int proposeEverywhere(LabRaft lab) {
    int leader = 0;
    for (int id : lab.servers().filter(lab::isUp).toArray()) {
      leader = lab.propose(id, lab.command()).isPresent() ? id : leader;
    }
    return leader;
  }

  private static void pause(LabRaft lab, long nanosMax) {
    boolean isLong = lab.random().nextInt(1000) < 100;
    lab.sleep(lab.random().nextLong(isLong ? nanosMax : 13 * MILLI));
  }
}
