package io.flotilla.raft.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.sim.FaultPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A life of a log drawn from a seed: appends, conflicts, compactions, resets and removals of a few
 * hot groups, while cold ones, written once, must be carried along.
 *
 * <p>Knows every state the log has been in, so that what a crash leaves can be judged: it must be
 * one of them, and not one from before the last acknowledgement.
 */
final class WalLife {
  private static final int HOT = 3;
  private static final int COLD = 2;

  final WalStore store;
  private final SplittableRandom random;
  private final List<List<RecoveredGroup>> states = new ArrayList<>();
  private final long[] incarnations = new long[HOT];
  private WalModel model = new WalModel();
  private int acknowledged;
  private long term = 1;

  WalLife(long seed) {
    this(seed, FaultPlan.NONE);
  }

  WalLife(long seed, FaultPlan faults) {
    this.store = new WalStore(seed, WalConfig.SMALL, faults);
    this.random = new SplittableRandom(seed);
    states.add(List.of());
  }

  /** First turn of a new log: the groups nobody will write to again. */
  void writeColdGroups() {
    for (int i = 0; i < COLD; i++) {
      GroupId group = new GroupId(100 + i, 1);
      turn(
          List.of(
              new WalRecord.Hard(group, new HardState(4 + i, i, 2)),
              new WalRecord.Reset(group, new LogPosition(4, 20)),
              WalStore.entries(group, 4, 21, 3 + 5 * i, 200)));
    }
    store.settle();
  }

  /** Appends {@code turns} turns, some of which the disk finds waiting together. */
  void live(int turns) {
    for (int i = 0; i < turns && store.node.isAlive(); i++) {
      List<WalRecord> records = new ArrayList<>();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        records.add(draw());
        model.apply(records.get(records.size() - 1), states);
      }
      submit(records);
      if (random.nextInt(3) > 0) {
        store.settle();
      }
    }
    store.settle();
  }

  /** Opens the log again; what it holds must be a state it was in, since the last answer. */
  void reopen() {
    WalRecovery.Result result = store.open();
    List<RecoveredGroup> found = result.groups();
    int match = states.size() - 1;
    while (match >= 0 && !states.get(match).equals(found)) {
      match--;
    }
    assertThat(match)
        .as("state found, of %d, %d acknowledged; torn %s", states.size(), acknowledged, result)
        .isGreaterThanOrEqualTo(acknowledged);
    model = WalModel.of(found);
    states.clear();
    states.add(found);
    acknowledged = 0;
  }

  /** Everything acknowledged can be read back by range, as a slow follower would. */
  void checkReads() {
    for (RecoveredGroup group : model.groups()) {
      long first = group.compacted().index() + 1;
      long end = first + group.entries().size();
      List<Entry> read = store.read(group.group(), first, end, Integer.MAX_VALUE);
      assertThat(read).isEqualTo(group.entries());
    }
  }

  boolean isAllAcknowledged() {
    return acknowledged == states.size() - 1;
  }

  private void turn(List<WalRecord> records) {
    records.forEach(record -> model.apply(record, states));
    submit(records);
  }

  private void submit(List<WalRecord> records) {
    int after = states.size() - 1;
    if (store.node.isAlive()) {
      store.append(records, () -> acknowledged = Math.max(acknowledged, after));
    }
  }

  private WalRecord draw() {
    int gid = random.nextInt(HOT);
    GroupId id = new GroupId(gid, incarnations[gid]);
    RecoveredGroup group = model.group(id);
    long compacted = group.compacted().index();
    long last = compacted + group.entries().size();
    int choice = random.nextInt(100);
    if (choice < 2) {
      incarnations[gid]++;
      return new WalRecord.Removed(id);
    }
    if (choice < 5) {
      return new WalRecord.Reset(id, new LogPosition(term, last + random.nextInt(20)));
    }
    if (choice < 20 && last > compacted) {
      Entry upTo = group.entries().get(random.nextInt(group.entries().size()));
      return new WalRecord.Compacted(id, upTo.position());
    }
    if (choice < 35) {
      return new WalRecord.Hard(id, new HardState(term, random.nextInt(4), last));
    }
    long first = last + 1;
    if (choice < 50 && last > compacted) {
      first = compacted + 1 + random.nextLong(last - compacted);
      term++;
    }
    int bytes = random.nextInt(8) == 0 ? 3_000 : random.nextInt(600);
    return WalStore.entries(id, term, first, 1 + random.nextInt(6), bytes);
  }
}
