package io.flotilla.shardctrler.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.NodeAddress;
import io.flotilla.shardctrler.state.CtrlCommand.Assign;
import io.flotilla.shardctrler.state.CtrlCommand.Cancel;
import io.flotilla.shardctrler.state.CtrlCommand.Join;
import io.flotilla.shardctrler.state.CtrlCommand.Leave;
import io.flotilla.shardctrler.state.CtrlCommand.NewGroup;
import io.flotilla.shardctrler.state.CtrlCommand.Pin;
import io.flotilla.shardctrler.state.CtrlCommand.Register;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What makes no sense is answered in one line and changes nothing. */
final class RefusalTest {
  private final Controller controller = new Controller();

  @Test
  void joinThatMakesNoSense() {
    controller.join(1);
    assertThat(join()).contains("names no group");
    assertThat(join(new NewGroup(0, List.of(1)))).contains("start at 1");
    assertThat(join(new NewGroup(-5, List.of(1)))).contains("start at 1");
    assertThat(join(new NewGroup(2, List.of()))).contains("0 nodes");
    assertThat(join(new NewGroup(2, List.of(1, 1)))).contains("twice");
    assertThat(join(new NewGroup(2, List.of(1, 77)))).contains("77 has never registered");
    assertThat(join(new NewGroup(1, List.of(4, 5, 6)))).contains("exists with other nodes");
    assertThat(join(Controller.group(2), Controller.group(2))).contains("named twice");
    assertThat(join(Controller.group(2), new NewGroup(3, List.of()))).contains("group 3");
  }

  @Test
  void joiningTheSameGroupAgainIsFineAndMeansNothing() {
    long version = controller.join(1);
    assertThat(controller.join(1)).isEqualTo(version);
  }

  @Test
  void leaveThatMakesNoSense() {
    controller.join(1, 2);
    assertThat(leave()).contains("names no group");
    assertThat(leave(9)).contains("no group 9");
    assertThat(leave(1, 1)).contains("twice");
    assertThat(leave(1, 2)).contains("no group would be left");
    controller.settle();
    controller.leave(1);
    assertThat(leave(2)).contains("no group would be left");
  }

  @Test
  void leavingAgainIsFineAndMeansNothing() {
    controller.join(1, 2);
    controller.settle();
    long version = controller.leave(1);
    assertThat(controller.leave(1)).isEqualTo(version);
    controller.settle();
    assertThat(controller.state().map().groups()).doesNotContainKey(1);
    version = controller.state().map().version();
    assertThat(controller.leave(1)).isEqualTo(version);
  }

  @Test
  void groupThatLeavesCannotJoinOrBeGivenShards() {
    controller.join(1, 2);
    controller.settle();
    controller.leave(1);
    assertThat(join(Controller.group(1))).contains("leaving");
    assertThat(controller.refused(new Assign(0, 1))).contains("leaving");
  }

  @Test
  void moveThatMakesNoSense() {
    controller.join(1, 2);
    controller.settle();
    assertThat(controller.refused(new Assign(0, 3))).contains("no group 3");
    assertThat(controller.refused(new Assign(16, 1))).contains("0 to 15");
    assertThat(controller.refused(new Assign(-1, 1))).contains("no shard 4294967295");
    assertThat(controller.refused(new Pin(16, true))).contains("no shard");
    int owner = controller.entry(3).owner();
    controller.changed(new Pin(3, true));
    assertThat(controller.refused(new Assign(3, 3 - owner))).contains("pinned");
    controller.changed(new Pin(3, false));
    controller.changed(new Assign(3, 3 - owner));
    controller.start(3);
    assertThat(controller.refused(new Assign(3, owner))).contains("in move");
    controller.changed(new Assign(3, 3 - owner));
  }

  @Test
  void cancelThatMakesNoSense() {
    controller.join(1);
    Move first = controller.start(0);
    assertThat(controller.refused(new Cancel(first.id()))).contains("first owner");
    assertThat(controller.refused(new Cancel(99))).contains("unknown");
    controller.commitAll();
    assertThat(controller.refused(new Cancel(first.id()))).contains("committed");
    controller.acknowledgeAll();
    assertThat(controller.refused(new Cancel(first.id()))).contains("over");
  }

  @Test
  void nodeThatMakesNoSense() {
    assertThat(controller.refused(new Register(new NodeAddress(0, 1, "a:1", "a:2"))))
        .contains("start at 1");
    assertThat(controller.refused(new Register(new NodeAddress(20, 0, "a:1", "a:2"))))
        .contains("start at 1");
    assertThat(controller.refused(new Register(new NodeAddress(20, 5, "", "a:2"))))
        .contains("address");
    assertThat(controller.refused(new Register(new NodeAddress(20, 101, "a:1", "a:2"))))
        .contains("belongs to node 1");
    assertThat(controller.refused(new CtrlCommand.LeaseBlock(20, 5, 0))).contains("not registered");
    assertThat(controller.refused(new CtrlCommand.LeaseBlock(1, 5, 0))).contains("not registered");
  }

  @Test
  void rebalanceWithoutGroups() {
    assertThat(controller.refused(new CtrlCommand.Rebalance())).contains("no group");
  }

  private String join(NewGroup... groups) {
    return controller.refused(new Join(List.of(groups), false));
  }

  private String leave(Integer... gids) {
    return controller.refused(new Leave(List.of(gids), false, false));
  }
}
