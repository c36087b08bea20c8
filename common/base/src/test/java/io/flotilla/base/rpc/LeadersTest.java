package io.flotilla.base.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whom to ask next of a group that is led elsewhere. */
class LeadersTest {
  private static final GroupMembers GROUP =
      new GroupMembers(
          4,
          1,
          IntStream.of(11, 12, 13)
              .mapToObj(node -> new NodeAddress(node, node, "client" + node, "peer" + node))
              .toList());

  private final Leaders leaders = new Leaders();

  @Test
  void aDeadMemberIsNotAskedForEver() {
    assertThat(asked()).isEqualTo(11);
    leaders.failed(GROUP);
    assertThat(asked()).isEqualTo(12);
    leaders.led(GROUP, 0);
    assertThat(asked()).isEqualTo(13);
    leaders.failed(GROUP);
    assertThat(asked()).isEqualTo(11);
  }

  @Test
  void whoIsNamedAsLeaderIsAskedAndRemembered() {
    leaders.led(GROUP, 13);
    assertThat(List.of(asked(), asked())).containsExactly(13, 13);
  }

  @Test
  void aLeaderThatIsNoMemberIsPassedOver() {
    leaders.led(GROUP, 99);
    assertThat(asked()).isEqualTo(12);
  }

  private int asked() {
    return leaders.guess(GROUP).node();
  }
}
