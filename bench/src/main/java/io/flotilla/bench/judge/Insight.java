package io.flotilla.bench.judge;

import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.LogPosition;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardkv.group.OperationListener;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;
import java.util.Optional;

/** A replica seen from closer than its status. Looks at the living thing; costs what it copies. */
public interface Insight {
  /** A number over all effects applied; 0 for the controller's group. */
  long chain();

  /** How the group stands to each shard it has heard of; empty for the controller's group. */
  List<ShardState> shards();

  /** Highest block below which it was told that sessions are over. */
  long expireBefore();

  /** The controller's state as applied here; empty for groups of shards. */
  Optional<ControllerState> controller();

  /** The position of the checkpoint its machine began with. */
  LogPosition recovered();

  /** Its log, and what only the core knows; empty once it is closed. */
  Optional<GroupProbe> probe();

  /** Adds a listener to clients' operations that are applied here. */
  void listen(OperationListener listener);
}
