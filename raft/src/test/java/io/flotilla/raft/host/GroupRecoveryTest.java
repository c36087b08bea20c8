package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.wal.RecoveredGroup;
import io.flotilla.raft.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a checkpoint and a log that a crash left at different places come together. */
class GroupRecoveryTest {
  private static final GroupId GROUP = new GroupId(3, 1);
  private static final Membership VOTERS = Membership.of(List.of(1, 2, 3));
  private static final GroupSpec SPEC = new GroupSpec(GROUP, VOTERS);
  private static final Optional<LogPosition> NOTHING_LOST = Optional.empty();
  private static final HardState VOTED = new HardState(7, 2, 0);

  @Test // a leader of the present term may count on what is gone, and would never send it again
  void aLogWhoseBeginningWasGivenUpGoesTooAndItsTermWithIt() {
    RecoveredGroup cut = new RecoveredGroup(GROUP, VOTED, new LogPosition(4, 9), List.of());
    Optional<LogPosition> lost = Optional.of(new LogPosition(7, 9));
    GroupRecovery recovery = GroupRecovery.of(SPEC, SnapshotHeader.NONE, cut, lost);
    HardState next = new HardState(8, 0, 0);
    assertThat(recovery.repairs())
        .containsExactly(
            new WalRecord.Reset(GROUP, LogPosition.ZERO), new WalRecord.Hard(GROUP, next));
    assertThat(recovery.start().hardState()).isEqualTo(next);
    assertThat(recovery.start().tail()).isEmpty();
    assertThat(recovery.start().snapshot().membership()).isEqualTo(VOTERS);
  }

  @Test
  void aLogThatBeginsAtTheBeginningNeedsNoCheckpoint() {
    GroupRecovery recovery =
        GroupRecovery.of(
            SPEC, SnapshotHeader.NONE, log(entries(4, 1, 10)), Optional.of(new LogPosition(7, 10)));
    assertThat(recovery.repairs()).isEmpty();
    assertThat(recovery.start().tail()).isEqualTo(entries(4, 1, 10));
    assertThat(recovery.start().hardState().vote()).isEqualTo(VOTED.vote());
  }

  @Test
  void theTailFollowsTheCheckpoint() {
    GroupRecovery recovery =
        GroupRecovery.of(SPEC, checkpoint(4, 3), log(entries(4, 1, 10)), NOTHING_LOST);
    assertThat(recovery.repairs()).isEmpty();
    assertThat(recovery.start().tail()).isEqualTo(entries(4, 4, 10));
  }

  @Test
  void aLogThatEndsBeforeTheCheckpointIsReset() {
    GroupRecovery recovery =
        GroupRecovery.of(SPEC, checkpoint(6, 50), log(entries(4, 1, 10)), NOTHING_LOST);
    assertThat(recovery.repairs()).containsExactly(reset(6, 50));
    assertThat(recovery.start().tail()).isEmpty();
  }

  @Test
  void anEmptyLogBehindAnInstalledSnapshotIsResetToo() {
    GroupRecovery recovery =
        GroupRecovery.of(SPEC, checkpoint(6, 50), log(List.of()), NOTHING_LOST);
    assertThat(recovery.repairs()).containsExactly(reset(6, 50));
    assertThat(GroupRecovery.fresh(SPEC, checkpoint(6, 50)).repairs())
        .containsExactly(reset(6, 50));
  }

  @Test
  void aLogOfAnotherTermAtTheCheckpointIsReset() {
    GroupRecovery recovery =
        GroupRecovery.of(SPEC, checkpoint(5, 3), log(entries(4, 1, 10)), NOTHING_LOST);
    assertThat(recovery.repairs()).containsExactly(reset(5, 3));
    assertThat(recovery.start().tail()).isEmpty();
  }

  @Test
  void aNewReplicaNeedsNoRepair() {
    assertThat(GroupRecovery.fresh(SPEC, SnapshotHeader.NONE).repairs()).isEmpty();
  }

  @Test
  void theVoteSurvivesUnlessTheCheckpointIsOfALaterTerm() {
    assertThat(
            GroupRecovery.of(SPEC, checkpoint(6, 50), log(List.of()), NOTHING_LOST)
                .start()
                .hardState())
        .isEqualTo(new HardState(7, 2, 50));
    assertThat(
            GroupRecovery.of(SPEC, checkpoint(8, 50), log(List.of()), NOTHING_LOST)
                .start()
                .hardState())
        .isEqualTo(new HardState(8, 0, 50));
  }

  private static SnapshotHeader checkpoint(long term, long index) {
    return new SnapshotHeader(new LogPosition(term, index), VOTERS);
  }

  private static RecoveredGroup log(List<Entry> entries) {
    return new RecoveredGroup(GROUP, VOTED, LogPosition.ZERO, entries);
  }

  private static WalRecord reset(long term, long index) {
    return new WalRecord.Reset(GROUP, new LogPosition(term, index));
  }

  private static List<Entry> entries(long term, long first, long last) {
    List<Entry> entries = new ArrayList<>();
    for (long index = first; index <= last; index++) {
      entries.add(new Entry(term, index, Entry.Kind.COMMAND, ByteString.EMPTY));
    }
    return entries;
  }
}
