package io.flotilla.bench.scenario;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.bench.cluster.Scenario;
import io.flotilla.bench.cluster.Scene;
import io.flotilla.client.FlotillaClient;
import io.flotilla.v1.LeaveRequest;
import java.time.Duration;

/**
 * A client that slept while a group left asks nodes on which nothing of the group is left: they
 * cannot say who leads it, and that makes the client ask for a new map.
 */
final class GroupGone implements Scenario {
  private static final long SECOND = 1_000_000_000L;
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final int LEAVING = 4;

  @Override
  public String name() {
    return "group-gone";
  }

  @Override
  public String about() {
    return "a client with an old map asks the nodes of a group that has left";
  }

  @Override
  public void play(Scene scene) {
    int shard = KeySlot.shard(KEY, scene.shards());
    FlotillaClient client = scene.client("client", Duration.ofSeconds(30));
    scene.moveTo(shard, LEAVING);
    scene.await(client.put(KEY, ByteString.copyFromUtf8("v")));

    // Its long poll stands still with it, and what it knows grows old.
    scene.simulation().node("client").pause(20 * SECOND);
    scene.await(scene.operator().admin().leave(LeaveRequest.newBuilder().addGids(LEAVING).build()));
    scene.until("no move is under way", () -> scene.moves() == 0);
    scene.pass(21 * SECOND);
    scene.require(
        "the client finds the new owner soon",
        scene.await(8 * SECOND, client.get(KEY)).isPresent());
  }
}
