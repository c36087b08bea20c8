package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.sim.Simulation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The thinnest way through every room: three nodes, one group, one put, one get. */
final class OnePutTest {
  private static final long SECOND = 1_000_000_000L;

  private final Simulation simulation = new Simulation(1);

  @Test
  void aPutGoesThroughEveryRoomAndIsRead() {
    SimCluster cluster = new SimCluster(simulation, ClusterConfig.smallest());
    cluster.beBorn();
    FlotillaClient client = cluster.client("client1", Duration.ofSeconds(10));
    ByteString key = ByteString.copyFromUtf8("k");
    ByteString value = ByteString.copyFromUtf8("v");

    await(client.put(key, value));

    assertThat(await(client.get(key))).contains(value);
  }

  private <T> T await(CompletableFuture<T> future) {
    assertThat(simulation.runUntil(future::isDone, 10 * SECOND)).isTrue();
    return future.join();
  }
}
