package io.flotilla.raft.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import io.flotilla.raft.core.message.Message.VoteReply;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCheckTest {
  private static final LogPosition TWO = new LogPosition(2, 2);

  private static Entry entry(long term, long index) {
    return new Entry(term, index, Entry.Kind.COMMAND, ByteString.EMPTY);
  }

  private static boolean fine(Message message) {
    return MessageCheck.acceptable(1, 2, message);
  }

  private static boolean append(LogPosition previous, long commit, Entry... entries) {
    return fine(new AppendEntries(5, previous, List.of(entries), commit));
  }

  private static boolean chunk(LogPosition position, long length, long offset, int size) {
    ByteString bytes = ByteString.copyFrom(new byte[size]);
    SnapshotHeader header = new SnapshotHeader(position, Membership.NONE);
    return fine(new SnapshotChunk(5, header, length, offset, bytes, 0));
  }

  @Test
  void nobodyHearsItselfOrANodeThatCannotExist() {
    assertThat(MessageCheck.acceptable(1, 1, new TimeoutNow(5, LogPosition.ZERO))).isFalse();
    assertThat(MessageCheck.acceptable(1, 0, new TimeoutNow(5, LogPosition.ZERO))).isFalse();
    assertThat(MessageCheck.acceptable(1, -3, new TimeoutNow(5, LogPosition.ZERO))).isFalse();
    assertThat(MessageCheck.acceptable(1, 2, new TimeoutNow(5, LogPosition.ZERO))).isTrue();
  }

  @Test // term poisoning
  void termsOutOfReachAreRefusedInEveryMessage() {
    for (long term : new long[] {Long.MAX_VALUE, Long.MAX_VALUE / 2 + 1, -1, Long.MIN_VALUE}) {
      List<Message> messages =
          List.of(
              new PreVote(term, LogPosition.ZERO),
              new PreVoteReply(term, 5, false),
              new RequestVote(term, LogPosition.ZERO, false),
              new VoteReply(term, true),
              new AppendEntries(term, LogPosition.ZERO, List.of(), 0),
              AppendReply.accepted(term, 0),
              new Heartbeat(term, 0, 0),
              new HeartbeatReply(term, 0),
              new SnapshotReply(term, TWO, 0, true),
              new TimeoutNow(term, LogPosition.ZERO));
      assertThat(messages).noneMatch(MessageCheckTest::fine);
    }
  }

  @Test
  void onlyPreVotesAreExchangedInTermZero() {
    assertThat(fine(new PreVote(0, LogPosition.ZERO))).isTrue();
    assertThat(fine(new PreVoteReply(0, 1, true))).isTrue();
    assertThat(fine(new Heartbeat(0, 0, 0))).isFalse();
    assertThat(fine(new VoteReply(0, true))).isFalse();
  }

  @Test
  void entriesAreContiguousAndTheirTermsNeverFall() {
    assertThat(append(TWO, 3, entry(2, 3), entry(5, 4))).isTrue();
    assertThat(append(TWO, 2)).isTrue();
    assertThat(append(TWO, 2, entry(2, 4))).as("gap after previous").isFalse();
    assertThat(append(TWO, 2, entry(2, 3), entry(2, 5))).as("gap").isFalse();
    assertThat(append(TWO, 2, entry(2, 3), entry(2, 3))).as("twice").isFalse();
    assertThat(append(TWO, 2, entry(1, 3))).as("term falls").isFalse();
    assertThat(append(TWO, 2, entry(6, 3))).as("of the future").isFalse();
    assertThat(append(new LogPosition(6, 2), 2)).as("previous of the future").isFalse();
    assertThat(append(new LogPosition(2, 0), 0)).as("term without an entry").isFalse();
    assertThat(append(new LogPosition(0, 2), 0)).as("entry without a term").isFalse();
  }

  @Test
  void commitIsNeverBeyondWhatTheMessageVouchesFor() {
    assertThat(append(TWO, 3, entry(2, 3))).isTrue();
    assertThat(append(TWO, 4, entry(2, 3))).isFalse();
    assertThat(append(TWO, -1, entry(2, 3))).isFalse();
  }

  @Test
  void aRefusalPointsBackwards() {
    assertThat(fine(AppendReply.refused(5, 7, new LogPosition(0, 7)))).isTrue();
    assertThat(fine(AppendReply.refused(5, 7, new LogPosition(0, 8)))).isFalse();
    assertThat(fine(AppendReply.refused(5, 7, new LogPosition(6, 3)))).isFalse();
    assertThat(fine(AppendReply.refused(5, 7, LogPosition.ZERO))).isFalse();
    assertThat(fine(AppendReply.accepted(5, -1))).isFalse();
    assertThat(fine(AppendReply.accepted(5, Long.MAX_VALUE))).isFalse();
  }

  @Test
  void candidatesAskForTermsLaterThanTheirLog() {
    assertThat(fine(new RequestVote(5, new LogPosition(4, 9), false))).isTrue();
    assertThat(fine(new RequestVote(5, new LogPosition(5, 9), false))).isFalse();
    assertThat(fine(new PreVote(5, new LogPosition(5, 9)))).isTrue();
    assertThat(fine(new PreVote(5, new LogPosition(6, 9)))).isFalse();
    assertThat(fine(new PreVoteReply(5, 5, true))).as("grant from a later term").isFalse();
    assertThat(fine(new PreVoteReply(5, 5, false))).isTrue();
  }

  @Test
  void chunksLieWithinTheirSnapshot() {
    assertThat(chunk(TWO, 10, 6, 4)).isTrue();
    assertThat(chunk(TWO, 10, 7, 4)).isFalse();
    assertThat(chunk(TWO, 10, -1, 4)).isFalse();
    assertThat(chunk(TWO, -1, 0, 0)).isFalse();
    assertThat(chunk(TWO, 1L << 40, (1L << 40) + 1, 0)).isFalse();
    assertThat(chunk(TWO, Long.MAX_VALUE, Long.MAX_VALUE, 4)).isFalse();
    assertThat(chunk(LogPosition.ZERO, 10, 0, 4)).isFalse();
    assertThat(chunk(new LogPosition(9, 9), 10, 0, 4)).isFalse();
  }

  @Test
  void countersAreBounded() {
    assertThat(fine(new Heartbeat(5, -1, 0))).isFalse();
    assertThat(fine(new Heartbeat(5, 0, -1))).isFalse();
    assertThat(fine(new HeartbeatReply(5, Long.MIN_VALUE))).isFalse();
    assertThat(fine(new SnapshotReply(5, TWO, -1, false))).isFalse();
  }
}
