package io.flotilla.bench.cluster;

import io.flotilla.bench.judge.Insight;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.host.RaftHost;
import io.flotilla.shardctrler.service.ControllerRole;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.group.OperationListener;
import io.flotilla.shardkv.group.ShardState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The two kinds of replicas a node of a simulated cluster has. */
final class Insights {
  private Insights() {}

  /** A replica of a group of shards. */
  record OfGroup(RaftHost host, GroupId group, KvMachine machine) implements Insight {
    @Override
    public long chain() {
      return machine.chain();
    }

    @Override
    public List<ShardState> shards() {
      List<ShardState> shards = new ArrayList<>(machine.shardBound());
      for (int shard = 0; shard < machine.shardBound(); shard++) {
        shards.add(machine.shard(shard));
      }
      return shards;
    }

    @Override
    public long expireBefore() {
      return machine.expireBefore();
    }

    @Override
    public Optional<ControllerState> controller() {
      return Optional.empty();
    }

    @Override
    public LogPosition recovered() {
      return machine.recovered().position();
    }

    @Override
    public Optional<GroupProbe> probe() {
      return host.probe(group);
    }

    @Override
    public void listen(OperationListener listener) {
      machine.listen(listener);
    }
  }

  /** A replica of the controller. */
  record OfController(ClusterNode node, RaftHost host) implements Insight {
    @Override
    public long chain() {
      return 0;
    }

    @Override
    public List<ShardState> shards() {
      return List.of();
    }

    @Override
    public long expireBefore() {
      return 0;
    }

    @Override
    public Optional<ControllerState> controller() {
      return node.controllerState();
    }

    @Override
    public LogPosition recovered() {
      return LogPosition.ZERO;
    }

    @Override
    public Optional<GroupProbe> probe() {
      return host.probe(ControllerRole.GROUP);
    }

    @Override
    public void listen(OperationListener listener) {}
  }
}
