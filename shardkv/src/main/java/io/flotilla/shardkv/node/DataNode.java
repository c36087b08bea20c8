package io.flotilla.shardkv.node;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.ClientConfig;
import io.flotilla.client.ClientSeams;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.MapWatch;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.Seams;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.move.MoveService;
import io.flotilla.shardkv.service.KvService;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.shardkv.service.Operations;
import java.util.List;
import java.util.Optional;

/** A running data node: follows the map, serves what it is given. Owned by the loop. */
public final class DataNode {
  private final Seams seams;
  private final MapFile mapFile;
  private final Operations operations;
  private final MoveService moves;
  private final LocalGroups groups;
  private final MapWatch watch;
  private final FlotillaClient scans;
  private final Registration registration;
  private final SessionIssuer sessions;

  private DataNode(NodeAccess node, MoveSizes sizes) {
    this.seams = node.seams();
    this.mapFile = new MapFile(seams.disk());
    List<String> controllers = controllersOf(node);
    ClientSeams clientSeams = new ClientSeams(seams.loop(), seams.rpc(), seams.random());
    ClientConfig clientConfig = ClientConfig.of(controllers);
    ControllerCalls calls = new ControllerCalls(seams, controllers);
    this.operations = new Operations(seams.loop());
    this.moves = new MoveService(seams.loop(), seams.rpc(), operations, seams.meter(), controllers);
    this.groups = new LocalGroups(node, sizes, new Replicas());
    this.watch = MapWatch.at(clientSeams, clientConfig, node.identity().cluster());
    this.scans = FlotillaClient.over(clientSeams, clientConfig);
    this.registration = new Registration(node, calls);
    this.sessions = new SessionIssuer(node, calls);
    new KvService(seams.loop(), seams.rpc(), operations, scans).bind(seams.server());
    new ReplicaService(seams.loop(), operations).bind(seams.server());
    new TransferService(seams.loop(), operations).bind(seams.server());
    moves.bind(seams.server());
    sessions.bind(seams.server());
  }

  /** Opens what was open, registers, and follows the map from now on. */
  public static DataNode start(NodeAccess node, MoveSizes sizes) {
    DataNode started = new DataNode(node, sizes);
    node.seams().fileLoop().execute(started::recall);
    started.registration.start();
    started.sessions.start();
    started.watch.onMap(started::mapChanged);
    started.watch.start();
    return started;
  }

  /** Ends what this role does by itself. */
  public void stop() {
    registration.stop();
    sessions.stop();
    groups.stop();
    watch.close();
    scans.close();
  }

  /** The replicas here and what they serve; for invariants and status. */
  public Operations operations() {
    return operations;
  }

  /** The map is on disk before anything is opened or removed for it: the file loop keeps order. */
  private void mapChanged(ShardMap map) {
    if (isNews(map)) {
      seams.fileLoop().execute(() -> remember(map));
      follow(map);
    }
  }

  private void follow(ShardMap map) {
    operations.mapChanged(map);
    groups.reconcile(map);
  }

  /** Another controller node may know less than this one has been told in an earlier life. */
  private boolean isNews(ShardMap map) {
    return operations.map().map(ShardMap::version).orElse(-1L) < map.version();
  }

  private void remember(ShardMap map) {
    try {
      mapFile.write(map);
    } catch (DiskException failure) {
      seams.meter().count("flotilla_shard_maps_not_written_total", 1);
    }
  }

  private void recall() {
    Optional<ShardMap> map = Optional.empty();
    try {
      map = mapFile.read();
    } catch (DiskException failure) {
      seams.meter().count("flotilla_shard_maps_not_read_total", 1);
    }
    Optional<ShardMap> found = map;
    seams.loop().execute(() -> recalled(found));
  }

  private void recalled(Optional<ShardMap> map) {
    map.filter(this::isNews).ifPresent(this::follow);
    groups.start(map.map(ShardMap::version).orElse(-1L));
  }

  private static List<String> controllersOf(NodeAccess node) {
    return node.config().controllers().isEmpty()
        ? List.of(node.config().clientAddress())
        : node.config().controllers();
  }

  /** Passes on what happens to replicas. */
  private final class Replicas implements LocalGroups.Listener {
    @Override
    public void opened(OpenGroup group) {
      operations.opened(group);
      moves.opened(group);
    }

    @Override
    public void roleChanged(int gid) {
      operations.roleChanged(gid);
      moves.roleChanged(gid);
    }

    @Override
    public void closed(int gid) {
      operations.closed(gid);
    }
  }
}
