package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.RequestVote;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the course's lab 3B allows in messages and bytes. A question and its answer count as one, as
 * the lab counts them; asking first (pre-vote) is part of an election.
 */
final class LabCostTest {
  private static final int SERVERS = 3;

  private long questions;
  private long entryBytes;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("flotilla.lab.seeds", 3));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void count(long seed) {
    CoreCluster cluster = counting(seed);
    CoreNode leader = cluster.electLeader();
    assertThat(questions).as("questions of an election").isBetween(1L, 30L);
    assertThat(cluster.runUntil(1_000, cluster::converged)).isTrue();

    questions = 0;
    for (int at = 0; at < 10; at++) {
      leader.propose("c" + at);
    }
    assertThat(cluster.runUntil(1_000, cluster::converged)).isTrue();
    assertThat(questions).as("questions for ten entries").isLessThanOrEqualTo((10 + 1 + 3) * 3);

    questions = 0;
    cluster.runMillis(1_000);
    assertThat(questions).as("questions of an idle second").isBetween(1L, 3L * 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void rpcBytes(long seed) {
    CoreCluster cluster = counting(seed);
    CoreNode leader = cluster.electLeader();
    assertThat(cluster.runUntil(1_000, cluster::converged)).isTrue();
    entryBytes = 0;
    long sent = 0;
    for (int at = 0; at < 10; at++) {
      ByteString command = ByteString.copyFrom(new byte[5_000]);
      leader.core().propose(command);
      leader.turn();
      sent += command.size();
      assertThat(cluster.runUntil(1_000, cluster::converged)).isTrue();
    }
    assertThat(entryBytes).as("each entry once a peer").isEqualTo((SERVERS - 1) * sent);
    assertThat(entryBytes).isLessThanOrEqualTo(SERVERS * sent + 50_000);
  }

  private CoreCluster counting(long seed) {
    CoreCluster cluster = new CoreCluster(SERVERS, seed);
    cluster.block(
        (from, out) -> {
          count(out.message());
          return false;
        });
    return cluster;
  }

  private void count(Message message) {
    if (message instanceof AppendEntries append) {
      append.entries().forEach(entry -> entryBytes += entry.data().size());
    }
    if (message instanceof PreVote
        || message instanceof RequestVote
        || message instanceof AppendEntries
        || message instanceof Heartbeat) {
      questions++;
    }
  }
}
