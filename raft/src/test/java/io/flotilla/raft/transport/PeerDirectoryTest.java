package io.flotilla.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.NodeAddress;
import org.junit.jupiter.api.Test;

final class PeerDirectoryTest {
  private static final NodeAddress OLD = new NodeAddress(2, 7, "a:7102", "a:7302");
  private static final NodeAddress NEW = new NodeAddress(2, 7, "b:8102", "b:8302");
  private static final NodeAddress WIPED = new NodeAddress(2, 8, "a:7102", "a:7302");

  private final PeerDirectory directory = new PeerDirectory();

  @Test
  void newsOfANodeReplacesWhatWasKnown() {
    directory.put(OLD);
    directory.put(NEW);
    assertThat(directory.find(2)).contains(NEW);
  }

  @Test
  void whatANodeSaysItselfIsNotUndoneByAnOldLog() {
    directory.put(OLD);
    directory.introduce(NEW);
    directory.put(OLD);
    assertThat(directory.find(2)).contains(NEW);
    assertThat(directory.all()).containsExactly(NEW);
  }

  @Test
  void nodeWithAnotherStoreIsAnotherNode() {
    directory.introduce(NEW);
    directory.put(WIPED);
    assertThat(directory.find(2)).contains(WIPED);
  }
}
