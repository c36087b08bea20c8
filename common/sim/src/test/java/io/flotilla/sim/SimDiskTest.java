package io.flotilla.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a simulated disk loses, keeps and refuses. */
final class SimDiskTest {
  private static final int SEEDS = 60;

  private static SimNode node(long seed) {
    return new Simulation(seed).node("n");
  }

  private static void reboot(SimNode node, boolean powerLoss) {
    node.crash(powerLoss);
    node.restart(() -> {});
  }

  @Test
  void whatWasSyncedSurvivesAPowerLoss() throws DiskException {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      DiskFile file = node.disk().create("f");
      file.preallocate(8192);
      file.write(100, filled(5000, 1));
      file.datasync();
      node.disk().dirSync("");
      reboot(node, true);
      assertThat(read(node, "f", 100, 5000)).containsOnly(1);
      assertThat(node.disk().length("f")).isEqualTo(8192);
    }
  }

  @Test
  void ofWhatWasNotSyncedAnySectorMaySurvive() throws DiskException {
    SortedSet<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      DiskFile file = node.disk().create("f");
      file.write(0, filled(1024, 1));
      file.datasync();
      node.disk().dirSync("");
      file.write(0, filled(1024, 2));
      reboot(node, true);
      byte[] found = read(node, "f", 0, 1024);
      assertThat(Arrays.copyOf(found, 512)).containsOnly(found[0]);
      seen.add(found[0] + "," + found[512]);
    }
    assertThat(seen).containsExactly("1,1", "1,2", "2,1", "2,2");
  }

  @Test
  void anEarlierUnsyncedVersionMaySurviveToo() throws DiskException {
    SortedSet<Byte> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      DiskFile file = node.disk().create("f");
      file.write(0, filled(512, 1));
      file.datasync();
      node.disk().dirSync("");
      file.write(0, filled(512, 2));
      file.write(0, filled(512, 3));
      reboot(node, true);
      seen.add(read(node, "f", 0, 512)[0]);
    }
    assertThat(seen).containsExactly((byte) 1, (byte) 2, (byte) 3);
  }

  @Test
  void aKilledProcessLosesNothingUntilThePowerGoes() throws DiskException {
    boolean lost = false;
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      node.disk().create("f").write(0, filled(512, 1));
      reboot(node, false);
      assertThat(read(node, "f", 0, 512)).containsOnly(1);
      reboot(node, true);
      lost |= node.disk().files().isEmpty();
    }
    assertThat(lost).isTrue();
  }

  @Test
  void aRenameIsOldOrNewNeverBothNorNeither() throws DiskException {
    SortedSet<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      write(node.disk(), "m", 1);
      write(node.disk(), "tmp", 2);
      node.disk().dirSync("");
      node.disk().rename("tmp", "m");
      reboot(node, true);
      byte content = read(node, "m", 0, 512)[0];
      assertThat(node.disk().exists("tmp")).isEqualTo(content == 1);
      seen.add(content == 1 ? "old" : "new");
    }
    assertThat(seen).containsExactly("new", "old");
  }

  @Test
  void aNameIsDurableOnlyAfterTheSyncOfItsDirectory() throws DiskException {
    SortedSet<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      node.disk().createDirectories("d");
      node.disk().dirSync("");
      write(node.disk(), "d/synced", 1);
      node.disk().dirSync("d");
      write(node.disk(), "d/loose", 1);
      node.disk().delete("d/synced");
      reboot(node, true);
      seen.add(node.disk().list("d").toString());
    }
    assertThat(seen).containsExactly("[]", "[loose, synced]", "[loose]", "[synced]");
  }

  @Test
  void aDirectoryThatWasNotSyncedTakesItsFilesWithIt() throws DiskException {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      node.disk().createDirectories("d/e");
      write(node.disk(), "d/e/f", 1);
      node.disk().dirSync("d/e");
      reboot(node, true);
      List<String> files = node.disk().files();
      assertThat(files).isEqualTo(node.disk().exists("d/e") ? List.of("d/e/f") : List.of());
    }
  }

  @Test
  void aFailedSyncMayLeaveItsWritesLostForEver() throws DiskException {
    boolean lost = false;
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      DiskFile file = node.disk().create("f");
      file.preallocate(512);
      file.datasync();
      node.disk().dirSync("");
      file.write(0, filled(512, 1));
      node.disk().fail(IoKind.SYNC, 1);
      assertThatThrownBy(file::datasync).isInstanceOf(DiskException.Broken.class);
      file.datasync();
      reboot(node, true);
      lost |= read(node, "f", 0, 1)[0] == 0;
    }
    assertThat(lost).isTrue();
  }

  @Test
  void aCutIsKeptOrLostAsAWhole() throws DiskException {
    SortedSet<Long> sizes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimNode node = node(seed);
      DiskFile file = node.disk().create("f");
      file.write(0, filled(4096, 1));
      file.datasync();
      node.disk().dirSync("");
      file.truncate(1000);
      reboot(node, true);
      long size = node.disk().length("f");
      sizes.add(size);
      assertThat(read(node, "f", 0, (int) size)).containsOnly(1);
    }
    assertThat(sizes).containsExactly(1000L, 4096L);
  }

  @Test
  void everyChangeCanBeTheLast() throws DiskException {
    SimNode whole = node(1);
    write(whole.disk(), "f", 1);
    long changes = whole.disk().mutations();
    assertThat(changes).isEqualTo(3);
    for (int at = 1; at <= changes; at++) {
      SimNode node = node(1);
      node.disk().crashBefore(at, false);
      assertThatThrownBy(() -> write(node.disk(), "f", 1)).isInstanceOf(SimCrash.class);
      assertThatThrownBy(() -> node.disk().open("f")).isInstanceOf(SimCrash.class);
      node.restart(() -> {});
      assertThat(node.disk().exists("f")).isEqualTo(at > 1);
    }
  }

  @Test
  void injectedErrorsHitTheCallAskedFor() throws DiskException {
    SimNode node = node(1);
    DiskFile file = node.disk().create("f");
    node.disk().fail(IoKind.WRITE, 2);
    file.write(0, filled(10, 1));
    assertThatThrownBy(() -> file.write(10, filled(10, 1)))
        .isInstanceOf(DiskException.Broken.class);
    file.write(10, filled(10, 1));
    node.disk().fail(IoKind.READ, 1);
    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(DiskException.Broken.class);
  }

  @Test
  void spaceIsClaimedByLengthAndReturnedByDelete() throws DiskException {
    SimNode node = node(1);
    node.disk().capacity(100_000);
    DiskFile file = node.disk().create("f");
    file.preallocate(50_000);
    assertThatThrownBy(() -> node.disk().create("g").preallocate(60_000))
        .isInstanceOf(DiskException.Full.class);
    assertThatThrownBy(() -> node.disk().open("g").write(60_000, filled(1, 1)))
        .isInstanceOf(DiskException.Broken.class);
    node.disk().link("f", "h");
    node.disk().delete("f");
    assertThat(node.disk().used()).isEqualTo(53_248);
    node.disk().delete("h");
    assertThat(node.disk().freeSpace()).isEqualTo(100_000);
  }

  @Test
  void preallocatedSpaceTakesNoMemory() throws DiskException {
    SimNode node = node(1);
    for (int at = 0; at < 100; at++) {
      DiskFile file = node.disk().create("segment-" + at);
      file.preallocate(1L << 30);
      file.write(0, filled(100, 1));
      file.datasync();
    }
    assertThat(node.disk().used()).isEqualTo(100L << 30);
  }

  @Test
  void aFlippedBitStaysFlipped() throws DiskException {
    SimNode node = node(1);
    write(node.disk(), "f", 0);
    node.disk().dirSync("");
    node.crash(true);
    node.disk().flipBit("f", 8 * 300 + 2);
    node.restart(() -> {});
    assertThat(read(node, "f", 300, 1)).containsExactly(4);
  }

  @Test
  void aLockDiesWithItsProcess() throws DiskException {
    SimNode node = node(1);
    node.disk().lock("LOCK");
    assertThatThrownBy(() -> node.disk().lock("LOCK")).isInstanceOf(DiskException.Broken.class);
    reboot(node, false);
    node.disk().lock("LOCK").close();
  }

  private static void write(SimDisk disk, String path, int value) throws DiskException {
    try (DiskFile file = disk.create(path)) {
      file.write(0, filled(512, value));
      file.datasync();
    }
  }

  private static byte[] read(SimNode node, String path, long position, int length)
      throws DiskException {
    byte[] bytes = new byte[length];
    try (DiskFile file = node.disk().open(path)) {
      assertThat(file.read(position, ByteBuffer.wrap(bytes))).isEqualTo(length);
    }
    return bytes;
  }

  private static ByteBuffer filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }
}
