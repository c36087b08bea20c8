package io.flotilla.bench.scenario;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.bench.cluster.Scenario;
import io.flotilla.bench.cluster.Scene;
import io.flotilla.client.FlotillaClient;
import java.time.Duration;
import java.util.Optional;

/**
 * A node that comes back with an empty disk is somebody else: with one survivor of its group it
 * makes no majority, because what it once acknowledged is gone. The two that are left go on.
 */
final class WipedNode implements Scenario {
  private static final long SECOND = 1_000_000_000L;
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final ByteString VALUE = ByteString.copyFromUtf8("v");
  private static final int GROUP = 4;

  @Override
  public String name() {
    return "wiped-node";
  }

  @Override
  public String about() {
    return "a node comes back with an empty disk and must not vote as the old one";
  }

  @Override
  public void play(Scene scene) {
    int shard = KeySlot.shard(KEY, scene.shards());
    FlotillaClient client = scene.client("client", Duration.ofSeconds(30));
    scene.moveTo(shard, GROUP);
    scene.await(client.put(KEY, VALUE));
    int leader = scene.leader(GROUP).orElseThrow();
    int wiped = leader == 6 ? 5 : 6;

    scene.node(wiped).crash(true);
    scene.wipe(wiped);
    scene.restart(wiped);
    scene.pass(5 * SECOND);
    scene.require("two of three go on", scene.leader(GROUP).isPresent());
    scene.await(client.append(KEY, VALUE));

    int gone = scene.leader(GROUP).orElseThrow();
    scene.node(gone).crash(false);
    scene.pass(8 * SECOND);
    scene.require("one of three and a stranger are no majority", scene.leader(GROUP).isEmpty());

    scene.restart(gone);
    scene.require(
        "nothing is lost", scene.await(client.get(KEY)).equals(Optional.of(VALUE.concat(VALUE))));
  }
}
