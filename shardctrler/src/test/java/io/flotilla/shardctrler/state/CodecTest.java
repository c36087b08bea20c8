package io.flotilla.shardctrler.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.shardctrler.state.CtrlCommand.AbortMove;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.CtrlCommand.Acknowledge;
import io.flotilla.shardctrler.state.CtrlCommand.AdvanceTime;
import io.flotilla.shardctrler.state.CtrlCommand.Assign;
import io.flotilla.shardctrler.state.CtrlCommand.Cancel;
import io.flotilla.shardctrler.state.CtrlCommand.CommitMoves;
import io.flotilla.shardctrler.state.CtrlCommand.Join;
import io.flotilla.shardctrler.state.CtrlCommand.LeaseBlock;
import io.flotilla.shardctrler.state.CtrlCommand.Leave;
import io.flotilla.shardctrler.state.CtrlCommand.NewGroup;
import io.flotilla.shardctrler.state.CtrlCommand.Pin;
import io.flotilla.shardctrler.state.CtrlCommand.Ready;
import io.flotilla.shardctrler.state.CtrlCommand.Rebalance;
import io.flotilla.shardctrler.state.CtrlCommand.Register;
import io.flotilla.shardctrler.state.CtrlCommand.StartMoves;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CodecTest {
  private static final MoveTally TALLY = new MoveTally(5, 6, 7, 8);
  private static final List<CtrlCommand> ALL =
      List.of(
          new Register(new NodeAddress(3, -9, "a:1", "b:2")),
          new Join(List.of(new NewGroup(1, List.of(1, 2, 3)), new NewGroup(2, List.of(4))), true),
          new Leave(List.of(1, 2), false, true),
          new Assign(7, 3),
          new Rebalance(),
          new Pin(4, true),
          new Pin(4, false),
          new Cancel(12),
          new LeaseBlock(2, 77, 1_000),
          new AdvanceTime(5, 6),
          new StartMoves(List.of(1, 2)),
          new StartMoves(List.of()),
          new CommitMoves(List.of(new Ready(1, 2, TALLY), new Ready(3, 4, MoveTally.NONE))),
          new CommitMoves(List.of()),
          new AbortMove(3, "why"),
          new Acknowledge(List.of(new Ack(1, true, 2, TALLY), new Ack(1, false, 3, TALLY))),
          new Acknowledge(List.of()));

  @Test
  void everyCommandComesBackAsItWas() throws InvalidProtocolBufferException {
    for (CtrlCommand command : ALL) {
      assertThat(CommandCodec.decode(CommandCodec.encode(command))).isEqualTo(command);
    }
  }

  @Test
  void damagedCommandsStopTheReplicaBeforeTheyChangeAnything() {
    Random random = new Random(3);
    Controller controller = new Controller();
    controller.join(1, 2);
    controller.settle();
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = CommandCodec.encode(ALL.get(random.nextInt(ALL.size()))).toByteArray();
      for (int flips = random.nextInt(4); flips >= 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(5) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
      ByteString before = controller.machine.encode();
      try {
        controller.machine.apply(ByteString.copyFrom(bytes, 0, length));
      } catch (AssertionError stopped) {
        assertThat(stopped).hasCauseInstanceOf(InvalidProtocolBufferException.class);
        assertThat(controller.machine.encode()).isEqualTo(before);
      }
    }
  }

  @Test
  void stateComesBackAsItWasAndGoesOnTheSameWay() {
    Random random = new Random(5);
    Controller controller = new Controller();
    ControllerMachine twin = new ControllerMachine("", Controller.SHARDS);
    twin.decode(controller.machine.encode());
    for (int round = 0; round < 3_000; round++) {
      ByteString entry = CommandCodec.encode(anyCommand(random));
      assertThat(twin.apply(entry)).isEqualTo(controller.machine.apply(entry));
      if (random.nextInt(20) == 0) {
        assertThat(twin.encode()).isEqualTo(controller.machine.encode());
        twin.decode(controller.machine.encode());
      }
    }
    assertThat(twin.encode()).isEqualTo(controller.machine.encode());
    assertThat(controller.state().finished()).isNotEmpty();
  }

  private static CtrlCommand anyCommand(Random random) {
    int gid = 1 + random.nextInt(5);
    int shard = random.nextInt(Controller.SHARDS);
    long move = 1 + random.nextInt(200);
    long incarnation = random.nextInt(4);
    return switch (random.nextInt(11)) {
      case 0 -> new Join(List.of(Controller.group(gid)), random.nextBoolean());
      case 1 -> new Leave(List.of(gid), random.nextBoolean(), random.nextInt(8) == 0);
      case 2 -> new Assign(shard, gid);
      case 3 -> new StartMoves(List.of(shard, random.nextInt(20)));
      case 4 -> new CommitMoves(List.of(new Ready(move, incarnation, TALLY)));
      case 5 -> new AbortMove(move, "chance");
      case 6, 7 ->
          new Acknowledge(List.of(new Ack(move, random.nextBoolean(), incarnation, TALLY)));
      case 8 -> new LeaseBlock(1, 101, random.nextInt(1_000));
      case 9 -> new AdvanceTime(random.nextInt(1_000), 5_000);
      default -> random.nextBoolean() ? new Rebalance() : new Pin(shard, random.nextBoolean());
    };
  }
}
