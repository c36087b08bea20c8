package io.flotilla.raft.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the checkpoint of a small machine promises once it is called durable. */
class BlobCheckpointsTest {
  private static final BlobCheckpoints.Blob BLOB =
      new BlobCheckpoints.Blob(
          new SnapshotHeader(new LogPosition(3, 17), Membership.of(List.of(1, 2, 3))),
          ByteString.copyFromUtf8("state"));

  @Test
  void aWrittenCheckpointSurvivesAPowerLossWithItsDirectories() throws DiskException {
    for (long seed = 1; seed <= 50; seed++) {
      SimNode node = new Simulation(seed).node("node");
      BlobCheckpoints files = new BlobCheckpoints(node.disk(), "groups/0.0");
      assertThat(files.read()).isEmpty();
      files.write(BlobCheckpoints.encode(BLOB));
      node.crash(true);
      node.restart(() -> {});
      assertThat(new BlobCheckpoints(node.disk(), "groups/0.0").read()).contains(BLOB);
    }
  }

  @Test
  void aDamagedCheckpointIsNoCheckpoint() {
    ByteString file = BlobCheckpoints.encode(BLOB);
    for (int at = 0; at < file.size(); at++) {
      byte[] flipped = file.toByteArray();
      flipped[at] ^= 0x10;
      assertThat(BlobCheckpoints.decode(ByteString.copyFrom(flipped))).isEmpty();
      assertThat(BlobCheckpoints.decode(file.substring(0, at))).isEmpty();
    }
    assertThat(BlobCheckpoints.decode(file)).contains(BLOB);
  }
}
