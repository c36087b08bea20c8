package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The course's lab 3B: the log. Every term begins with a no-op, so indices are compared with those
 * before them and not with numbers. Costs of messages and bytes are in {@code LabCostTest}.
 */
final class Lab3BTest {
  private static final long SECOND = LabRaft.SECOND;
  private static final int TAIL = 50;

  static LongStream seeds() {
    return LabRaft.seeds();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void basicAgree(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    lab.checkOneLeader();
    assertThat(lab.ledger().size()).as("commands applied before any was proposed").isZero();
    long before = lab.one(3);
    for (int at = 1; at < 3; at++) {
      assertThat(lab.one(3)).isEqualTo(before + at);
    }
    assertThat(lab.ledger().size()).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void followerFailure(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    lab.checkOneLeader();
    lab.one(3);
    int leader = lab.checkOneLeader();
    lab.disconnect(leader % 3 + 1);
    lab.one(2);
    lab.sleep(SECOND);
    lab.one(2);

    leader = lab.checkOneLeader();
    lab.disconnect((leader + 1) % 3 + 1);
    lab.disconnect(leader % 3 + 1);
    LogPosition alone = lab.propose(leader, lab.command()).orElseThrow();
    lab.sleep(2 * SECOND);
    assertThat(lab.committed(alone.index())).isZero();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void leaderFailure(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    lab.checkOneLeader();
    lab.one(3);
    lab.disconnect(lab.checkOneLeader());
    lab.oneWithRetry(2);
    lab.sleep(SECOND);
    lab.oneWithRetry(2);

    lab.disconnect(lab.checkOneLeader());
    ByteString lost = lab.command();
    lab.shoot(lost);
    lab.sleep(2 * SECOND);
    assertThat(lab.ledger().holds(lost)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void failAgree(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    lab.checkOneLeader();
    lab.one(3);
    int leader = lab.checkOneLeader();
    lab.disconnect(leader % 3 + 1);
    lab.one(2);
    lab.one(2);
    lab.sleep(SECOND);
    lab.one(2);
    lab.one(2);

    lab.connect(leader % 3 + 1);
    lab.oneWithRetry(3);
    lab.sleep(SECOND);
    lab.oneWithRetry(3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void failNoAgree(long seed) {
    LabRaft lab = new LabRaft(seed, 5);
    lab.checkOneLeader();
    long before = lab.one(5);
    int leader = lab.checkOneLeader();
    for (int at = 1; at <= 3; at++) {
      lab.disconnect((leader - 1 + at) % 5 + 1);
    }
    LogPosition alone = lab.propose(leader, lab.command()).orElseThrow();
    assertThat(alone.index()).isEqualTo(before + 1);
    lab.sleep(2 * SECOND);
    assertThat(lab.committed(alone.index())).isZero();

    int terms = lab.ledger().terms();
    lab.connectAll();
    int next = lab.checkOneLeader();
    LogPosition after = lab.propose(next, lab.command()).orElseThrow();
    int noOps = lab.ledger().terms() - terms;
    assertThat(after.index()).isBetween(before + 1, before + 2 + noOps);
    lab.oneWithRetry(5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void concurrentStarts(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    for (int attempt = 0; attempt < 5; attempt++) {
      int leader = lab.checkOneLeader();
      long term = lab.status(leader).term();
      List<ByteString> commands = new ArrayList<>();
      for (int at = 0; at < 5; at++) {
        commands.add(lab.command());
        lab.shoot(commands.get(at));
      }
      lab.sleep(SECOND);
      if (lab.leads(leader) && lab.status(leader).term() == term) {
        assertThat(commands).allMatch(lab.ledger()::holds);
        return;
      }
    }
    throw new AssertionError("the term changed every time");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void rejoin(long seed) {
    LabRaft lab = new LabRaft(seed, 3);
    lab.checkOneLeader();
    lab.one(3);
    int first = lab.checkOneLeader();
    lab.disconnect(first);
    List<ByteString> lost = new ArrayList<>();
    for (int at = 0; at < 3; at++) {
      lost.add(lab.command());
      assertThat(lab.propose(first, lost.get(at))).isPresent();
    }
    lab.oneWithRetry(2);

    int second = lab.checkOneLeader();
    lab.disconnect(second);
    lab.connect(first);
    lab.oneWithRetry(2);

    lab.connect(second);
    lab.oneWithRetry(3);
    assertThat(lost).noneMatch(lab.ledger()::holds);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void backup(long seed) {
    LabRaft lab = new LabRaft(seed, 5);
    lab.checkOneLeader();
    lab.oneWithRetry(5);
    int first = lab.checkOneLeader();
    int friend = first % 5 + 1;
    List<Integer> others = others(first);
    others.forEach(lab::disconnect);
    List<ByteString> wrong = tail(lab, first);
    lab.disconnect(first);
    lab.disconnect(friend);

    others.forEach(lab::connect);
    right(lab);
    int second = lab.checkOneLeader();
    int away = others.stream().filter(id -> id != second).findFirst().orElseThrow();
    lab.disconnect(away);
    wrong.addAll(tail(lab, second));
    others.forEach(lab::disconnect);

    lab.connect(first);
    lab.connect(friend);
    lab.connect(away);
    right(lab);
    lab.connectAll();
    lab.oneWithRetry(5);
    assertThat(wrong).noneMatch(lab.ledger()::holds);
  }

  /** The three that are neither {@code first} nor the next one. */
  private static List<Integer> others(int first) {
    return List.of((first + 1) % 5 + 1, (first + 2) % 5 + 1, (first + 3) % 5 + 1);
  }

  /** Entries that never commit: their leader reaches a minority only. */
  private static List<ByteString> tail(LabRaft lab, int leader) {
    List<ByteString> wrong = new ArrayList<>();
    for (int at = 0; at < TAIL; at++) {
      wrong.add(lab.command());
      assertThat(lab.propose(leader, wrong.get(at))).isPresent();
    }
    return wrong;
  }

  private static void right(LabRaft lab) {
    for (int at = 0; at < TAIL; at++) {
      lab.oneWithRetry(3);
    }
  }
}
