package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RaftLogTest {
  private static RaftLog log(long tailBytes, long... terms) {
    return new RaftLog(
        new CoreStart(HardState.NONE, SnapshotHeader.NONE, entries(1, terms)), tailBytes);
  }

  private static void commitAndApply(RaftLog log, long index) {
    log.commitTo(index);
    log.takeToApply(Long.MAX_VALUE);
    log.applied(new LogPosition(log.termAt(index), index));
  }

  @Test
  void keepsATailBehindWhatIsAppliedAndNoMore() {
    long size = entries(1, 1).get(0).sizeBytes();
    RaftLog log = log(2 * size, 1, 1, 1, 1, 1);

    commitAndApply(log, 4);

    assertThat(log.base()).isEqualTo(new LogPosition(1, 2));
    assertThat(log.termAt(1)).isEqualTo(RaftLog.TERM_UNKNOWN);
    assertThat(log.termAt(2)).isEqualTo(1);
    assertThat(log.windowEntries()).isEqualTo(entries(1, 1, 1, 1, 1, 1).subList(2, 5));
  }

  @Test
  void whatIsNotDurableStaysInMemoryHoweverFarApplied() {
    RaftLog log = log(0);
    entries(1, 1, 1, 1).forEach(log::append);
    log.takeToPersist();

    commitAndApply(log, 3);
    assertThat(log.windowEntries()).hasSize(3);

    log.persisted(new LogPosition(1, 2));
    assertThat(log.base().index()).isEqualTo(2);
  }

  @Test // a compacted index has no term that could match anything
  void termBeforeTheWindowIsUnknownAndMatchesNothing() {
    RaftLog log = log(0, 1, 1, 1);
    commitAndApply(log, 3);

    assertThat(log.has(new LogPosition(1, 1))).isFalse();
    assertThat(log.has(LogPosition.ZERO)).isTrue();
    log.compacted(new LogPosition(1, 3));
    assertThat(log.has(LogPosition.ZERO)).isFalse();
  }

  @Test
  void committedEntriesCannotBeTruncated() {
    RaftLog log = log(0, 1, 1, 1);
    log.commitTo(2);

    assertThatThrownBy(() -> log.truncateFrom(2)).isInstanceOf(AssertionError.class);
    log.truncateFrom(3);
    assertThat(log.lastIndex()).isEqualTo(2);
  }

  @Test
  void aReplacedSuffixIsHandedOutAgain() {
    RaftLog log = log(0, 1, 1, 1);
    log.truncateFrom(2);
    entries(2, 2, 2).forEach(log::append);

    assertThat(log.takeToPersist()).isEqualTo(entries(2, 2, 2));
    assertThat(log.persisted()).isEqualTo(new LogPosition(1, 1));
  }

  @Test // section 7
  void installedSnapshotKeepsWhatFollowsItsLastEntry() {
    RaftLog log = log(0, 1, 1, 2, 2);

    log.snapshotInstalled(new SnapshotHeader(new LogPosition(1, 2), Membership.of(List.of(1))));

    assertThat(log.windowEntries()).isEqualTo(entries(3, 2, 2));
    assertThat(log.commitIndex()).isEqualTo(2);
    assertThat(log.applied()).isEqualTo(new LogPosition(1, 2));
    assertThat(log.hasToPersist()).isFalse();
  }

  @Test // section 7
  void installedSnapshotReplacesALogThatLacksItsLastEntry() {
    for (LogPosition position : List.of(new LogPosition(3, 3), new LogPosition(3, 9))) {
      RaftLog log = log(0, 1, 1, 2, 2);

      log.snapshotInstalled(new SnapshotHeader(position, Membership.of(List.of(1))));

      assertThat(log.last()).isEqualTo(position);
      assertThat(log.base()).isEqualTo(position);
      assertThat(log.persisted()).isEqualTo(position);
      assertThat(log.windowEntries()).isEmpty();
      assertThat(log.hasToPersist() || log.hasToApply()).isFalse();
      assertThat(log.unsettledBytes()).isZero();
    }
  }

  @Test
  void entriesASnapshotOvertookAreStillWrittenIfOthersFollowThem() {
    RaftLog log = log(0);
    entries(1, 1, 1, 1).forEach(log::append);

    log.snapshotInstalled(new SnapshotHeader(new LogPosition(1, 2), Membership.of(List.of(1))));

    assertThat(log.takeToPersist()).isEqualTo(entries(1, 1, 1, 1));
  }

  @Test // against a plain list
  void behavesLikeAListOfWhichOnlyTheEndIsInMemory() {
    for (long seed = 1; seed <= 300; seed++) {
      new ListModel(seed).run();
    }
  }

  /** The whole log as a list, with the few numbers that move along it. */
  private static final class ListModel {
    private final SplittableRandom random;
    private final RaftLog log;
    private final List<Entry> all = new ArrayList<>();
    private long term = 1;
    private int commit;
    private int applied;
    private int handed;
    private int written;

    private ListModel(long seed) {
      random = new SplittableRandom(seed);
      log = log(random.nextInt(300));
    }

    void run() {
      for (int step = 0; step < 300; step++) {
        switch (random.nextInt(6)) {
          case 0, 1 -> append();
          case 2 -> truncate();
          case 3 -> write();
          case 4 -> {
            commit = Math.max(commit, random.nextInt(all.size() + 1));
            log.commitTo(commit);
          }
          default -> apply();
        }
        compare();
      }
    }

    private void append() {
      term += random.nextInt(2);
      for (Entry entry : entries(all.size() + 1, term, term)) {
        log.append(entry);
        all.add(entry);
      }
    }

    private void truncate() {
      if (all.size() > commit) {
        int from = commit + 1 + random.nextInt(all.size() - commit);
        log.truncateFrom(from);
        all.subList(from - 1, all.size()).clear();
        written = Math.min(written, from - 1);
        term++;
      }
    }

    private void write() {
      assertThat(log.takeToPersist()).isEqualTo(all.subList(written, all.size()));
      written = all.size();
      if (written > 0) {
        log.persisted(all.get(random.nextInt(written)).position());
      }
    }

    private void apply() {
      List<Entry> taken = log.takeToApply(random.nextInt(200));
      assertThat(taken).isEqualTo(all.subList(handed, handed + taken.size()));
      assertThat(taken.isEmpty()).isEqualTo(handed == commit);
      handed += taken.size();
      applied = Math.max(applied, random.nextInt(handed + 1));
      if (applied > 0) {
        log.applied(all.get(applied - 1).position());
      }
    }

    private void compare() {
      assertThat(log.lastIndex()).isEqualTo(all.size());
      int base = (int) log.base().index();
      assertThat(base).isLessThanOrEqualTo(applied);
      assertThat((long) base).isLessThanOrEqualTo(log.persisted().index());
      assertThat(log.windowEntries()).isEqualTo(all.subList(base, all.size()));
      int settled = (int) Math.min(commit, log.persisted().index());
      assertThat(log.unsettledBytes())
          .isEqualTo(all.subList(settled, all.size()).stream().mapToInt(Entry::sizeBytes).sum());
      long probe = 1 + random.nextLong(term + 1);
      int first = base;
      while (first < all.size() && all.get(first).term() < probe) {
        first++;
      }
      assertThat(log.firstIndexOfTerm(probe)).isEqualTo(first + 1);
    }
  }
}
