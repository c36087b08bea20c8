package io.flotilla.bench.scenario;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.bench.cluster.Scenario;
import io.flotilla.bench.cluster.Scene;
import io.flotilla.client.FlotillaClient;
import io.flotilla.shardkv.group.Phase;
import java.time.Duration;

/**
 * The nodes of a source start again with a frozen shard in their logs and no controller to be
 * reached: without a map nothing is proven, so the shard stays frozen and its calls parked.
 */
final class NodeWithoutMap implements Scenario {
  private static final long SECOND = 1_000_000_000L;
  private static final ByteString KEY = ByteString.copyFromUtf8("k");

  /** Away from the controller's nodes. */
  private static final int SOURCE = 4;

  private static final int DESTINATION = 1;

  @Override
  public String name() {
    return "node-without-map";
  }

  @Override
  public String about() {
    return "a source with a frozen shard restarts while no controller can be reached";
  }

  @Override
  public void play(Scene scene) {
    int shard = KeySlot.shard(KEY, scene.shards());
    FlotillaClient client = scene.client("client", Duration.ofSeconds(60));
    scene.moveTo(shard, SOURCE);
    scene.await(client.put(KEY, ByteString.copyFromUtf8("before")));
    scene.await(scene.operator().admin().move(shard, DESTINATION));
    scene.until("the source is frozen", () -> scene.phase(SOURCE, shard) == Phase.FROZEN);

    scene.simulation().network().partition(scene.nodes(1, 3), scene.nodes(4, 6));
    var write = client.append(KEY, ByteString.copyFromUtf8(" after"));
    for (int node = 4; node <= 6; node++) {
      scene.node(node).crash(node == 5);
      scene.restart(node);
    }
    scene.pass(5 * SECOND);
    scene.require("the nodes live", scene.nodes(4, 6).stream().allMatch(node -> node.isAlive()));
    scene.require("the source leads again", scene.leader(SOURCE).isPresent());
    scene.require("it stays frozen", scene.phase(SOURCE, shard) == Phase.FROZEN);
    scene.require("the write waits", !write.isDone());

    scene.simulation().network().heal();
    scene.await(write);
    scene.require(
        "nothing is lost",
        scene.await(client.get(KEY)).orElseThrow().toStringUtf8().equals("before after"));
  }
}
