package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.snapshot.BlobStateMachine;
import io.flotilla.shardctrler.state.ControllerMachine;
import io.flotilla.shardctrler.state.CtrlResult;

/** The controller's rules as the state of a replicated group. Owned by the loop. */
final class ReplicatedController implements BlobStateMachine.State<CtrlResult> {
  private final ControllerMachine machine;
  private Runnable onApplied = () -> {};

  ReplicatedController(ControllerMachine machine) {
    this.machine = machine;
  }

  /** Sets who hears that the state may have changed. */
  void onApplied(Runnable listener) {
    onApplied = listener;
  }

  @Override
  public void apply(ApplyBatch<CtrlResult> batch) {
    for (Entry command : batch.commands()) {
      batch.answers().answer(command, machine.apply(command.data()));
    }
    onApplied.run();
  }

  @Override
  public ByteString encode() {
    return machine.encode();
  }

  @Override
  public void decode(ByteString bytes) {
    machine.decode(bytes);
    onApplied.run();
  }
}
