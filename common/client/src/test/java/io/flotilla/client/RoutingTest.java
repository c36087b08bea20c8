package io.flotilla.client;

import static io.flotilla.client.FakeCluster.SECOND;
import static io.flotilla.client.FakeCluster.nodeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.client.FlotillaException.Code;
import io.flotilla.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Where calls go when the client's picture of the cluster is out of date. */
final class RoutingTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final ByteString VALUE = ByteString.copyFromUtf8("v");
  private static final int SHARD = KeySlot.shard(KEY, FakeCluster.SHARDS);

  private final FakeCluster cluster = new FakeCluster(2, 3);
  private final FlotillaClient client = cluster.client();
  private final int owner = cluster.owners[SHARD];
  private final int other = 1 + owner % 3;

  private void put() {
    assertThat(cluster.await(client.put(KEY, VALUE))).isCompleted();
  }

  private int lastNode() {
    return cluster.received.get(cluster.received.size() - 1).node();
  }

  private static Code codeOf(CompletableFuture<?> future) {
    CompletionException thrown = catchThrowableOfType(CompletionException.class, future::join);
    return ((FlotillaException) thrown.getCause()).code();
  }

  @Test
  void aNewLeaderIsFoundByItsFollowersHintAndRemembered() {
    put();
    int leader = nodeOf(owner, 2);
    cluster.leaders.put(owner, leader);
    cluster.received.clear();
    put();
    assertThat(cluster.received).hasSize(2);
    assertThat(lastNode()).isEqualTo(leader);
    put();
    assertThat(cluster.received).hasSize(3);
    assertThat(lastNode()).isEqualTo(leader);
  }

  @Test
  void aLeaderWithoutHintIsFoundByAskingEveryReplica() {
    put();
    cluster.leaders.put(owner, nodeOf(owner, 2));
    cluster.script =
        (node, operation) ->
            cluster.leaders.get(operation.getGroup()) == node
                ? cluster.serve(node, operation)
                : Optional.of(FakeCluster.notLeader(0));
    cluster.received.clear();
    put();
    assertThat(cluster.received).hasSize(3);
  }

  @Test
  void aShardThatMovedIsFollowedByTheHintBeforeTheMapSaysSo() {
    put();
    cluster.move(SHARD, other);
    cluster.received.clear();
    put();
    assertThat(cluster.received).hasSize(2);
    assertThat(lastNode()).isEqualTo(nodeOf(other, 0));
    put();
    assertThat(cluster.received).hasSize(3);
    cluster.publish();
    cluster.simulation.runFor(SECOND);
    put();
    assertThat(cluster.received).hasSize(4);
  }

  @Test
  void anOwnerWithoutHintIsFoundByTheRefreshedMap() {
    put();
    cluster.move(SHARD, other);
    cluster.script =
        (node, operation) ->
            cluster.owners[operation.getShard()] == operation.getGroup()
                ? cluster.serve(node, operation)
                : Optional.of(FakeCluster.wrongOwner(0, 0));
    CompletableFuture<Void> call = client.put(KEY, VALUE);
    cluster.simulation.runFor(SECOND / 2);
    assertThat(call).isNotDone();
    cluster.publish();
    long published = cluster.simulation.now();
    assertThat(cluster.await(call)).isCompleted();
    assertThat(cluster.simulation.now() - published).isLessThan(2 * SECOND);
  }

  @Test
  void manyCallsRefusedAtOnceKeepTheHint() {
    put();
    cluster.move(SHARD, other);
    cluster.received.clear();
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(client.put(KEY, VALUE));
    }
    cluster.simulation.runFor(SECOND / 10);
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(cluster.received).hasSize(200);
  }

  @Test
  void aBrokenStreamSendsAllItsCallsToTheSameNextReplica() {
    put();
    cluster.script = (node, operation) -> Optional.empty();
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(client.put(KEY, VALUE));
    }
    cluster.simulation.runFor(SECOND / 100);
    int leader = nodeOf(owner, 0);
    cluster.script = cluster::serve;
    cluster.leaders.put(owner, nodeOf(owner, 1));
    cluster.stop(leader);
    cluster.received.clear();
    cluster.simulation.runFor(SECOND);
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(cluster.received).hasSize(100);
    assertThat(cluster.executions).isEqualTo(101);
  }

  @Test
  void aGroupThatCannotBeReachedAtAllNeverHadAnEffect() {
    cluster.simulation.runFor(SECOND);
    for (int replica = 0; replica < FakeCluster.REPLICAS; replica++) {
      cluster.node(nodeOf(owner, replica)).crash(true);
    }
    assertThat(codeOf(cluster.await(client.put(KEY, VALUE)))).isEqualTo(Code.UNAVAILABLE);
    assertThat(cluster.executions).isZero();
  }

  @Test
  void othersAreServedWhileOneGroupIsSilent() {
    cluster.script =
        (node, operation) ->
            operation.getGroup() == owner ? Optional.empty() : cluster.serve(node, operation);
    CompletableFuture<Void> stuck = client.put(KEY, VALUE);
    int served = 0;
    for (int i = 0; i < 50; i++) {
      ByteString key = ByteString.copyFromUtf8("other" + i);
      if (cluster.owners[KeySlot.shard(key, FakeCluster.SHARDS)] != owner) {
        assertThat(cluster.await(client.put(key, VALUE))).isCompleted();
        served++;
      }
    }
    assertThat(served).isPositive();
    assertThat(stuck).isNotDone();
  }

  @Test
  void callsForAShardWithoutOwnerWaitForAMapAndDoNotSpin() {
    put();
    cluster.owners[SHARD] = 0;
    cluster.publish();
    cluster.simulation.runFor(SECOND);
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(client.put(KEY, VALUE));
    }
    long before = cluster.simulation.steps();
    cluster.simulation.runFor(5 * SECOND);
    assertThat(cluster.simulation.steps() - before).isLessThan(20_000);
    assertThat(calls).noneMatch(CompletableFuture::isDone);
    cluster.owners[SHARD] = other;
    cluster.publish();
    cluster.simulation.runFor(SECOND / 10);
    assertThat(calls).allMatch(CompletableFuture::isDone);
  }

  @Test
  void theSuccessorOfAClusterIsFollowedThoughItsMapIsOfALowerVersion() {
    put();
    for (int i = 0; i < 5; i++) {
      cluster.publish();
    }
    cluster.simulation.runFor(SECOND);
    cluster.script = (node, operation) -> Optional.empty();
    CompletableFuture<Void> late = client.append(KEY, VALUE);
    cluster.simulation.runFor(SECOND / 10);
    cluster.owners[SHARD] = other;
    cluster.epochs[SHARD] = 1;
    cluster.script = cluster::serve;
    cluster.succeed();
    cluster.simulation.runFor(SECOND);
    assertThat(codeOf(late)).isEqualTo(Code.UNKNOWN_OUTCOME);
    cluster.received.clear();
    put();
    assertThat(cluster.received).hasSize(1);
    assertThat(lastNode()).isEqualTo(nodeOf(other, 0));
    assertThat(cluster.received.get(0).operation().getOp().getSession()).isGreaterThan(1_000_000);
  }

  @Test
  void aRefusalIsNotRememberedOnceTheShardIsBack() {
    put();
    cluster.script = (node, operation) -> Optional.of(FakeCluster.refusal(Refusal.Code.BUSY));
    CompletableFuture<Void> call = client.append(KEY, VALUE);
    cluster.simulation.runFor(SECOND);
    cluster.script = cluster::serve;
    assertThat(cluster.await(call)).isCompleted();
    assertThat(cluster.rows.get(KEY)).isEqualTo(VALUE.concat(VALUE));
  }
}
