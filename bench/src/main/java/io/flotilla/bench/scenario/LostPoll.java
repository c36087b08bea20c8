package io.flotilla.bench.scenario;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.bench.cluster.Scenario;
import io.flotilla.bench.cluster.Scene;
import io.flotilla.client.FlotillaClient;
import java.time.Duration;

/** A node whose long polls lose their answers has the new map within seconds all the same. */
final class LostPoll implements Scenario {
  private static final long SECOND = 1_000_000_000L;
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final int FROM = 4;
  private static final int TO = 1;

  @Override
  public String name() {
    return "lost-poll";
  }

  @Override
  public String about() {
    return "answers to long polls are lost while a shard moves";
  }

  @Override
  public void play(Scene scene) {
    int shard = KeySlot.shard(KEY, scene.shards());
    FlotillaClient client = scene.client("client", Duration.ofSeconds(40));
    scene.moveTo(shard, FROM);
    scene.await(client.put(KEY, ByteString.copyFromUtf8("v")));
    // What the controllers say reaches nobody, what they are asked reaches them: polls hang.
    for (int controller = 1; controller <= 3; controller++) {
      for (int node = 4; node <= 6; node++) {
        scene.simulation().network().oneWay(scene.node(controller), scene.node(node));
      }
      scene
          .simulation()
          .network()
          .oneWay(scene.node(controller), scene.simulation().node("client"));
    }
    scene.pass(2 * SECOND);
    scene.simulation().network().heal();
    scene.await(scene.operator().admin().move(shard, TO));
    scene.within(
        12 * SECOND,
        "the shard moves although polls were lost",
        () -> scene.phase(TO, shard).serves() && scene.moves() == 0);
    scene.require("it is read", scene.await(8 * SECOND, client.get(KEY)).isPresent());
  }
}
