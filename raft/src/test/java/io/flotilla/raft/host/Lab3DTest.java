package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.RaftConfig;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The course's lab 3D: snapshots, one every ten commands. */
final class Lab3DTest {
  private static final String INSTALLED = "flotilla_raft_snapshots_installed_total";
  private static final int INTERVAL = 10;
  private static final int ROUNDS = 30;
  private static final long LOG_BYTES_MAX = 2_000;

  /** How the server that lags is kept away. */
  private enum Away {
    NOT_AT_ALL,
    DISCONNECTED,
    CRASHED
  }

  static LongStream seeds() {
    return LabRaft.seeds();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void snapshotBasic(long seed) {
    LabRaft lab = lab(seed);
    rounds(lab, Away.NOT_AT_ALL);
    assertThat(lab.counted(INSTALLED)).as("nobody was ever behind").isZero();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void snapshotInstall(long seed) {
    LabRaft lab = lab(seed);
    rounds(lab, Away.DISCONNECTED);
    assertThat(lab.counted(INSTALLED)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void snapshotInstallUnreliable(long seed) {
    LabRaft lab = lab(seed);
    lab.unreliable();
    rounds(lab, Away.DISCONNECTED);
    assertThat(lab.counted(INSTALLED)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void snapshotInstallCrash(long seed) {
    LabRaft lab = lab(seed);
    rounds(lab, Away.CRASHED);
    assertThat(lab.counted(INSTALLED)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void snapshotInstallUnCrash(long seed) {
    LabRaft lab = lab(seed);
    lab.unreliable();
    rounds(lab, Away.CRASHED);
    assertThat(lab.counted(INSTALLED)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void snapshotAllCrash(long seed) {
    LabRaft lab = lab(seed);
    lab.oneWithRetry(3);
    for (int round = 0; round < 5; round++) {
      int commands = INTERVAL / 2 + lab.random().nextInt(INTERVAL);
      for (int at = 0; at < commands; at++) {
        lab.oneWithRetry(3);
      }
      long before = lab.oneWithRetry(3);
      lab.servers().forEach(lab::crash);
      lab.startAll();
      assertThat(lab.oneWithRetry(3)).as("the index goes back").isGreaterThan(before);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void snapshotInit(long seed) {
    LabRaft lab = lab(seed);
    for (int at = 0; at <= INTERVAL; at++) {
      lab.oneWithRetry(3);
    }
    lab.servers().forEach(lab::crash);
    lab.startAll();
    long between = lab.oneWithRetry(3);
    lab.servers().forEach(lab::crash);
    lab.startAll();
    assertThat(lab.oneWithRetry(3)).isGreaterThan(between);
    assertThat(lab.ledger().size()).isGreaterThanOrEqualTo(INTERVAL + 3);
  }

  private static void rounds(LabRaft lab, Away away) {
    lab.oneWithRetry(3);
    int leader = lab.checkOneLeader();
    for (int round = 0; round < ROUNDS; round++) {
      // Every third time it is the leader that goes away.
      int victim = round % 3 == 1 ? leader : leader % 3 + 1;
      leave(lab, away, victim);
      lab.oneWithRetry(away == Away.NOT_AT_ALL ? 3 : 2);
      for (int at = 0; at <= INTERVAL; at++) {
        lab.oneWithRetry(2);
      }
      lab.servers()
          .filter(lab::isUp)
          .filter(lab::isConnected)
          .forEach(id -> assertThat(lab.logBytes(id)).isLessThan(LOG_BYTES_MAX));
      comeBack(lab, away, victim);
      lab.oneWithRetry(3);
      leader = lab.checkOneLeader();
    }
  }

  private static void leave(LabRaft lab, Away away, int victim) {
    switch (away) {
      case NOT_AT_ALL -> {}
      case DISCONNECTED -> lab.disconnect(victim);
      case CRASHED -> lab.crash(victim);
    }
  }

  private static void comeBack(LabRaft lab, Away away, int victim) {
    switch (away) {
      case NOT_AT_ALL -> {}
      case DISCONNECTED -> lab.connect(victim);
      case CRASHED -> lab.start(victim);
    }
  }

  private static LabRaft lab(long seed) {
    RaftConfig base = RaftConfig.DEFAULT;
    return new LabRaft(
        seed,
        3,
        new RaftConfig(
            base.heartbeatNanos(),
            base.electionMinNanos(),
            base.electionMaxNanos(),
            base.maxEntriesPerMessage(),
            16 << 10,
            base.maxInflightMessages(),
            base.maxInflightBytes(),
            base.maxUncommittedBytes(),
            100,
            350,
            base.maxWaitingReads()));
  }
}
