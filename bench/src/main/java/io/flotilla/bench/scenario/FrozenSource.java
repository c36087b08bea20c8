package io.flotilla.bench.scenario;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.bench.cluster.Scenario;
import io.flotilla.bench.cluster.Scene;
import io.flotilla.client.FlotillaClient;
import io.flotilla.shardkv.group.Phase;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A source that cannot reach the destination of a shard it has frozen waits: for as long as it
 * takes, and through changes of its leader. Only the controller may let it serve again.
 */
final class FrozenSource implements Scenario {
  private static final long SECOND = 1_000_000_000L;
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final int SOURCE = 1;
  private static final int DESTINATION = 4;

  @Override
  public String name() {
    return "frozen-source";
  }

  @Override
  public String about() {
    return "source and destination are cut apart during a freeze, and the source's leader dies";
  }

  @Override
  public void play(Scene scene) {
    int shard = KeySlot.shard(KEY, scene.shards());
    FlotillaClient client = scene.client("client", Duration.ofSeconds(60));
    scene.await(client.put(KEY, ByteString.copyFromUtf8("before")));
    scene.moveTo(shard, SOURCE);
    scene.await(scene.operator().admin().move(shard, DESTINATION));
    scene.until("the source is frozen", () -> scene.phase(SOURCE, shard) == Phase.FROZEN);

    scene.simulation().network().partition(scene.nodes(1, 3), scene.nodes(4, 6));
    CompletableFuture<?> write = client.put(KEY, ByteString.copyFromUtf8("after"));
    scene.pass(6 * SECOND);
    scene.require("it stays frozen", scene.phase(SOURCE, shard) == Phase.FROZEN);
    scene.require("the write waits", !write.isDone());
    int leader = scene.leader(SOURCE).orElse(1);
    scene.node(leader).crash(true);
    scene.restart(leader);
    scene.pass(6 * SECOND);
    scene.require("it is frozen under its next leader", scene.phase(SOURCE, shard) == Phase.FROZEN);

    scene.simulation().network().heal();
    scene.until(
        "the shard has moved",
        () ->
            scene.phase(DESTINATION, shard) == Phase.SERVING
                && scene.phase(SOURCE, shard) == Phase.ABSENT);
    scene.await(write);
    scene.require(
        "the write is read",
        scene.await(client.get(KEY)).equals(Optional.of(ByteString.copyFromUtf8("after"))));
  }
}
