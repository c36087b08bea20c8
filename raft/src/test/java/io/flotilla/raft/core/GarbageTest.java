package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message;
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
import io.flotilla.raft.core.message.MessageCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages that no correct replica would send: no crash, no answer, no change. */
class GarbageTest {
  private static final List<Long> ODD_NUMBERS =
      List.of(0L, 1L, 2L, 3L, 4L, 7L, 100L, 1L << 31, 1L << 61, MessageCheck.MAX, Long.MAX_VALUE);

  @Test
  void whatIsRefusedChangesNothingAndIsNotAnswered() {
    SplittableRandom random = new SplittableRandom(1);
    for (OneCore one : inEveryRole()) {
      one.readyAndPersist();
      Object before = one.core().probe();
      for (int i = 0; i < 20_000; i++) {
        Message message = anything(random);
        int from = random.nextInt(6) - 1;
        if (!MessageCheck.acceptable(1, from, message)) {
          one.step(from, message);
        }
      }
      assertThat(one.core().hasReady()).isFalse();
      assertThat(one.core().probe()).isEqualTo(before);
    }
  }

  @Test
  void nothingThatArrivesBreaksAReplica() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<OneCore> cores = inEveryRole();
      OneCore one = cores.get((int) (seed % cores.size()));
      for (int i = 0; i < 300; i++) {
        one.step(random.nextInt(5), anything(random));
        if (random.nextInt(10) == 0) {
          one.pass(random.nextLong(CoreCluster.CONFIG.electionMinNanos()));
        }
        Ready ready = random.nextBoolean() ? one.readyAndPersist() : one.ready();
        if (!ready.committed().isEmpty()) {
          one.core().applied(ready.committed().get(ready.committed().size() - 1).position());
        }
      }
    }
  }

  private static List<OneCore> inEveryRole() {
    OneCore follower =
        new OneCore(CoreCluster.CONFIG, 3, new HardState(3, 0, 2), OneCore.entries(1, 1, 2, 2));
    OneCore preCandidate = new OneCore(3, 3, 1, 2, 2);
    preCandidate.passElectionTimeout();
    OneCore candidate = new OneCore(3, 3, 1, 2, 2);
    candidate.passElectionTimeout();
    candidate.step(2, new PreVoteReply(3, 4, true));
    return List.of(follower, preCandidate, candidate, new OneCore(3, 3, 1, 2).elect());
  }

  private static Message anything(SplittableRandom random) {
    long term = number(random);
    return switch (random.nextInt(11)) {
      case 0 -> new PreVote(term, position(random));
      case 1 -> new PreVoteReply(term, number(random), random.nextBoolean());
      case 2 -> new RequestVote(term, position(random), random.nextBoolean());
      case 3 -> new VoteReply(term, random.nextBoolean());
      case 4 -> new AppendEntries(term, position(random), entries(random), number(random));
      case 5 -> new AppendReply(term, random.nextBoolean(), number(random), position(random));
      case 6 -> new Heartbeat(term, number(random), number(random));
      case 7 -> new HeartbeatReply(term, number(random));
      case 8 ->
          new SnapshotChunk(
              term,
              new SnapshotHeader(position(random), Membership.NONE),
              number(random),
              number(random),
              ByteString.copyFrom(new byte[random.nextInt(4)]),
              random.nextInt());
      case 9 -> new SnapshotReply(term, position(random), number(random), random.nextBoolean());
      default -> new TimeoutNow(term, LogPosition.ZERO);
    };
  }

  private static long number(SplittableRandom random) {
    long number =
        random.nextInt(4) > 0
            ? random.nextInt(7)
            : ODD_NUMBERS.get(random.nextInt(ODD_NUMBERS.size()));
    return random.nextInt(50) == 0 ? -number : number;
  }

  private static LogPosition position(SplittableRandom random) {
    return new LogPosition(Math.abs(number(random)), Math.abs(number(random)));
  }

  private static List<Entry> entries(SplittableRandom random) {
    List<Entry> entries = new ArrayList<>();
    long index = 1 + random.nextInt(6);
    for (int i = random.nextInt(4); i > 0; i--) {
      long term = 1 + random.nextInt(6);
      entries.add(new Entry(term, index, Entry.Kind.COMMAND, ByteString.EMPTY));
      index += random.nextInt(8) > 0 ? 1 : random.nextInt(3);
    }
    return entries;
  }
}
