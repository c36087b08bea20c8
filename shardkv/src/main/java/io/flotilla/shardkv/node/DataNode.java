package io.flotilla.shardkv.node;

import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.ClientConfig;
import io.flotilla.client.ClientSeams;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.MapWatch;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.Seams;
import io.flotilla.shardkv.service.KvService;
import io.flotilla.shardkv.service.MoveService;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.shardkv.service.Operations;
import java.util.List;

/** A running data node: follows the map, serves what it is given. Owned by the loop. */
public final class DataNode {
  private final Operations operations;
  private final MoveService moves;
  private final LocalGroups groups;
  private final MapWatch watch;
  private final FlotillaClient scans;
  private final Registration registration;
  private final SessionIssuer sessions;

  private DataNode(NodeAccess node) {
    Seams seams = node.seams();
    List<String> controllers = controllersOf(node);
    ClientSeams clientSeams = new ClientSeams(seams.loop(), seams.rpc(), seams.random());
    ClientConfig clientConfig = ClientConfig.of(controllers);
    ControllerCalls calls = new ControllerCalls(seams, controllers);
    this.operations = new Operations(seams.loop());
    this.moves = new MoveService(seams.loop(), seams.rpc(), operations, controllers);
    this.groups = new LocalGroups(node, new Replicas());
    this.watch = MapWatch.at(clientSeams, clientConfig);
    this.scans = FlotillaClient.over(clientSeams, clientConfig);
    this.registration = new Registration(node, calls);
    this.sessions = new SessionIssuer(node, calls);
    new KvService(seams.loop(), seams.rpc(), operations, scans).bind(seams.server());
    new ReplicaService(seams.loop(), operations).bind(seams.server());
    moves.bind(seams.server());
    sessions.bind(seams.server());
  }

  /** Opens what was open, registers, and follows the map from now on. */
  public static DataNode start(NodeAccess node) {
    DataNode started = new DataNode(node);
    started.groups.start();
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

  private void mapChanged(ShardMap map) {
    operations.mapChanged(map);
    groups.reconcile(map);
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
