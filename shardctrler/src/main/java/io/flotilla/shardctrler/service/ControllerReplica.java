package io.flotilla.shardctrler.service;

import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.ReadResult;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.shardctrler.move.MoveDriver;
import io.flotilla.shardctrler.move.SessionExpiry;
import io.flotilla.shardctrler.state.ControllerMachine;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.CtrlResult;

/** An open replica of the controller and what hangs on its leadership. Owned by the loop. */
final class ControllerReplica {
  private static final long RETRY_NANOS = 100_000_000L;

  private final NodeAccess node;
  private final EventLoop loop;
  private final ControllerMachine machine;
  private final RaftGroup<CtrlResult> group;
  private final ControllerService service;
  private final MoveDriver driver;
  private final SessionExpiry expiry;
  private long termLed;

  ControllerReplica(
      NodeAccess node,
      ControllerConfig config,
      ControllerMachine machine,
      RaftGroup<CtrlResult> group) {
    this.node = node;
    this.loop = node.seams().loop();
    this.machine = machine;
    this.group = group;
    Rpc rpc = node.seams().rpc();
    ControllerLog log = new ControllerLog(loop, group);
    this.driver = new MoveDriver(loop, rpc, machine::state, log, config.limits());
    this.expiry = new SessionExpiry(loop, rpc, machine::state, log, config.blockLifeNanos());
    Birthright birthright = new Birthright(node.identity().cluster(), config.blockLifeNanos());
    LeaderTransfers transfers = new LeaderTransfers(loop, rpc, group, machine::state);
    this.service =
        new ControllerService(
            loop, rpc, birthright, node::find, machine, log, driver, expiry, transfers);
    learnNodes();
  }

  ControllerService service() {
    return service;
  }

  ControllerState state() {
    return machine.state();
  }

  /** Role, term or leader of the replica changed. */
  void onStatus(GroupStatus status) {
    if (!status.isLeader()) {
      stepDown();
    } else if (status.term() != termLed) {
      stepDown();
      termLed = status.term();
      takeOver(termLed);
    }
  }

  /** The log went on. */
  void onApplied() {
    learnNodes();
    service.watchers().onApplied();
    driver.onApplied();
  }

  /** Whatever only a leader does ends. */
  void stepDown() {
    if (termLed != 0) {
      termLed = 0;
      driver.stop();
      expiry.stop();
      service.watchers().dismiss();
    }
  }

  /**
   * Begins to drive once all that was committed before this term is applied here. Acting on an
   * older state would do no harm, but it would tell groups what is long over.
   */
  private void takeOver(long term) {
    group.readIndex(
        result -> {
          if (term != termLed || result instanceof ReadResult.NotLeader) {
            return;
          }
          if (result instanceof ReadResult.Ready) {
            driver.start();
            expiry.start();
          } else {
            loop.schedule(RETRY_NANOS, () -> takeOver(term));
          }
        });
  }

  /** Peers are found under the addresses they registered last; this node knows its own best. */
  private void learnNodes() {
    for (NodeAddress address : machine.state().nodes().values()) {
      if (address.node() != node.identity().node()) {
        node.learn(address);
      }
    }
  }
}
