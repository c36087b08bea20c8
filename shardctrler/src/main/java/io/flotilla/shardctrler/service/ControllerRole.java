package io.flotilla.shardctrler.service;

import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.host.GroupSpec;
import io.flotilla.raft.host.Identity;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.raft.host.Seams;
import io.flotilla.raft.host.StartFailure;
import io.flotilla.raft.snapshot.BlobStateMachine;
import io.flotilla.raft.snapshot.SnapshotLoops;
import io.flotilla.shardctrler.state.ControllerMachine;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.CtrlResult;
import java.util.List;
import java.util.Optional;

/**
 * A node's part in holding the controller: a replica of group 0, its service, and while it leads
 * the driver of moves. Owned by the loop.
 */
public final class ControllerRole implements NodeRole {
  /** The controller's group has one life. */
  public static final GroupId GROUP = new GroupId(0, 1);

  private static final String DIRECTORY = "groups/0.1";

  private final ControllerConfig config;
  private Optional<ControllerReplica> replica = Optional.empty();
  private Optional<Registration> registration = Optional.empty();
  private boolean isStopped;

  /** A role that has not started. */
  public ControllerRole(ControllerConfig config) {
    this.config = config;
  }

  @Override
  public void start(NodeAccess node) throws StartFailure {
    Identity identity = node.identity();
    if (identity.controllers().isEmpty() || !KeySlot.isValidShardCount(identity.shards())) {
      throw new StartFailure(
          "this node's directory was not born with the controller role; see init");
    }
    Seams seams = node.seams();
    ControllerFront front =
        new ControllerFront(
            seams.loop(),
            new Local(),
            new ControllerForwarder(seams.loop(), seams.rpc(), () -> others(node)));
    front.bind(seams.server());
    Registration registered = new Registration(node, front);
    registration = Optional.of(registered);
    registered.start();
    seams.fileLoop().execute(() -> open(node));
  }

  @Override
  public void stop() {
    isStopped = true;
    registration.ifPresent(Registration::stop);
    replica.ifPresent(ControllerReplica::stepDown);
  }

  /** The state as applied on this node, once the replica is open; for tools and invariants. */
  public Optional<ControllerState> state() {
    return replica.map(ControllerReplica::state);
  }

  /** Whether the controller is led from here, as far as this node knows. */
  public boolean leads() {
    return replica.map(open -> open.service().leads()).orElse(false);
  }

  /** On the file loop: reads the checkpoint, if there is one. */
  private void open(NodeAccess node) {
    Seams seams = node.seams();
    ControllerMachine machine =
        new ControllerMachine(node.identity().cluster(), node.identity().shards());
    ReplicatedController replicated = new ReplicatedController(machine);
    try {
      BlobStateMachine<CtrlResult> blobs =
          BlobStateMachine.open(
              replicated,
              seams.disk(),
              DIRECTORY,
              new SnapshotLoops(seams.loop(), seams.fileLoop()));
      seams.loop().execute(() -> join(node, machine, replicated, blobs));
    } catch (DiskException failure) {
      // Without its state this replica can promise nothing: the node stops.
      seams
          .loop()
          .execute(
              () -> {
                throw new AssertionError("the controller's checkpoint cannot be read", failure);
              });
    }
  }

  private void join(
      NodeAccess node,
      ControllerMachine machine,
      ReplicatedController replicated,
      BlobStateMachine<CtrlResult> blobs) {
    if (isStopped) {
      return;
    }
    List<Integer> voters = node.identity().controllers().stream().map(NodeAddress::node).toList();
    RaftGroup<CtrlResult> group =
        node.host()
            .open(
                new GroupSpec(GROUP, Membership.of(voters)),
                blobs,
                status -> replica.ifPresent(open -> open.onStatus(status)));
    ControllerReplica opened = new ControllerReplica(node, config, machine, group);
    replica = Optional.of(opened);
    replicated.onApplied(opened::onApplied);
    opened.onStatus(group.status());
  }

  /** The other controllers where they are now. */
  private static List<String> others(NodeAccess node) {
    return node.identity().controllers().stream()
        .filter(voter -> voter.node() != node.identity().node())
        .map(voter -> node.find(voter.node()).orElse(voter).client())
        .toList();
  }

  /** The replica, as soon as it is open; until then this node leads nothing. */
  private final class Local implements Backend {
    @Override
    public boolean leads() {
      return ControllerRole.this.leads();
    }

    @Override
    public String leaderAddress() {
      return replica.map(open -> open.service().leaderAddress()).orElse("");
    }

    @Override
    public void serve(Call call, RpcReply reply) {
      replica.orElseThrow().service().serve(call, reply);
    }
  }
}
