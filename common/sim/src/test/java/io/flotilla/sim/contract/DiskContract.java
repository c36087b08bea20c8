package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Disk} does while nothing fails, and how it says that it cannot. */
public abstract class DiskContract {
  /** What a test does with a disk. */
  @FunctionalInterface
  public interface Script {
    /** Runs where blocking calls are allowed. */
    void run(Disk disk) throws Exception;
  }

  /** Runs {@code script} on an empty disk, where such calls belong; what it throws comes out. */
  protected abstract void onDisk(Script script) throws Exception;

  /** Like {@link #onDisk}, on a disk where no more space can be claimed. */
  protected abstract void onFullDisk(Script script) throws Exception;

  @Test
  void readsBackWhatWasWritten() throws Exception {
    onDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            file.write(0, bytes("hello"));
            file.write(5, bytes(" world"));
            file.write(0, bytes("J"));
            file.datasync();
            assertThat(file.size()).isEqualTo(11);
            assertThat(text(file)).isEqualTo("Jello world");
          }
          try (DiskFile file = disk.open("a")) {
            assertThat(text(file)).isEqualTo("Jello world");
          }
        });
  }

  @Test
  void aWriteConsumesItsBufferFromItsPosition() throws Exception {
    onDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            ByteBuffer source = bytes("xxhello");
            source.position(2);
            file.write(0, source);
            assertThat(source.hasRemaining()).isFalse();
            assertThat(text(file)).isEqualTo("hello");
            ByteBuffer direct = ByteBuffer.allocateDirect(2).put((byte) '!').put((byte) '?');
            file.write(5, direct.flip().asReadOnlyBuffer());
            assertThat(text(file)).isEqualTo("hello!?");
          }
        });
  }

  @Test
  void aReadIsShortOnlyAtTheEnd() throws Exception {
    onDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            file.write(0, bytes("hello"));
            ByteBuffer target = ByteBuffer.allocate(4);
            assertThat(file.read(3, target)).isEqualTo(2);
            assertThat(target.position()).isEqualTo(2);
            assertThat(file.read(5, ByteBuffer.allocate(4))).isZero();
            assertThat(file.read(500, ByteBuffer.allocate(4))).isZero();
          }
        });
  }

  @Test
  void aWriteBeyondTheEndLeavesZerosBetween() throws Exception {
    onDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            file.write(3, bytes("x"));
            assertThat(text(file)).isEqualTo("\0\0\0x");
          }
        });
  }

  @Test
  void preallocatedSpaceIsZeroAndCountsAsLength() throws Exception {
    onDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            file.write(0, bytes("ab"));
            file.preallocate(100_000);
            assertThat(file.size()).isEqualTo(100_000);
            assertThat(text(file)).isEqualTo("ab" + "\0".repeat(99_998));
            file.write(2, bytes("cd"));
            assertThat(file.size()).isEqualTo(100_000);
            file.preallocate(10);
            assertThat(file.size()).isEqualTo(100_000);
          }
        });
  }

  @Test
  void aFullDiskRefusesToPreallocateAndChangesNothing() throws Exception {
    onFullDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            assertThatThrownBy(() -> file.preallocate(1 << 20))
                .isInstanceOf(DiskException.Full.class);
            assertThat(file.size()).isZero();
          }
        });
  }

  @Test
  void truncateCutsAndNeverGrows() throws Exception {
    onDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            file.write(0, bytes("hello"));
            file.truncate(2);
            assertThat(text(file)).isEqualTo("he");
            file.truncate(10);
            assertThat(file.size()).isEqualTo(2);
          }
        });
  }

  @Test
  void aMapOutlivesTheFileAndItsName() throws Exception {
    onDisk(
        disk -> {
          ByteBuffer map;
          try (DiskFile file = disk.create("a")) {
            file.write(0, bytes("hello"));
            file.datasync();
            map = file.map();
          }
          disk.delete("a");
          assertThat(map.isReadOnly()).isTrue();
          assertThat(StandardCharsets.UTF_8.decode(map.duplicate()).toString()).isEqualTo("hello");
        });
  }

  @Test
  void createRefusesANameThatExists() throws Exception {
    onDisk(
        disk -> {
          disk.create("a").close();
          disk.createDirectories("d");
          assertThatThrownBy(() -> disk.create("a")).isInstanceOf(DiskException.Broken.class);
          assertThatThrownBy(() -> disk.create("d")).isInstanceOf(DiskException.Broken.class);
          assertThatThrownBy(() -> disk.create("no/a")).isInstanceOf(DiskException.Broken.class);
        });
  }

  @Test
  void openRefusesANameThatIsMissing() throws Exception {
    onDisk(
        disk -> assertThatThrownBy(() -> disk.open("a")).isInstanceOf(DiskException.Broken.class));
  }

  @Test
  void listsTheNamesOfADirectorySorted() throws Exception {
    onDisk(
        disk -> {
          disk.createDirectories("d/e");
          disk.createDirectories("d/e");
          disk.create("d/c").close();
          disk.create("d/a").close();
          disk.create("d/e/z").close();
          assertThat(disk.list("d")).isEqualTo(List.of("a", "c", "e"));
          assertThat(disk.list("")).isEqualTo(List.of("d"));
          assertThat(disk.list("missing")).isEmpty();
          assertThat(disk.exists("d/e/z")).isTrue();
          assertThat(disk.exists("d/e")).isTrue();
          assertThat(disk.exists("d/z")).isFalse();
        });
  }

  @Test
  void aLinkIsASecondNameOfTheSameFile() throws Exception {
    onDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            file.write(0, bytes("hello"));
          }
          disk.link("a", "b");
          disk.delete("a");
          assertThat(disk.exists("a")).isFalse();
          try (DiskFile file = disk.open("b")) {
            assertThat(text(file)).isEqualTo("hello");
          }
          disk.create("a").close();
          assertThatThrownBy(() -> disk.link("b", "a")).isInstanceOf(DiskException.Broken.class);
          assertThatThrownBy(() -> disk.link("c", "d")).isInstanceOf(DiskException.Broken.class);
        });
  }

  @Test
  void renameReplacesItsTarget() throws Exception {
    onDisk(
        disk -> {
          try (DiskFile file = disk.create("a")) {
            file.write(0, bytes("new"));
          }
          disk.create("b").close();
          disk.rename("a", "b");
          assertThat(disk.list("")).isEqualTo(List.of("b"));
          try (DiskFile file = disk.open("b")) {
            assertThat(text(file)).isEqualTo("new");
          }
          assertThatThrownBy(() -> disk.rename("a", "b")).isInstanceOf(DiskException.Broken.class);
        });
  }

  @Test
  void deleteForgivesAMissingNameButNotAFilledDirectory() throws Exception {
    onDisk(
        disk -> {
          disk.delete("missing");
          disk.createDirectories("d");
          disk.create("d/a").close();
          assertThatThrownBy(() -> disk.delete("d")).isInstanceOf(DiskException.Broken.class);
          disk.delete("d/a");
          disk.delete("d");
          assertThat(disk.exists("d")).isFalse();
        });
  }

  @Test
  void syncsDirectoriesThatExist() throws Exception {
    onDisk(
        disk -> {
          disk.createDirectories("d");
          disk.create("d/a").close();
          disk.dirSync("d");
          disk.dirSync("");
          assertThatThrownBy(() -> disk.dirSync("no")).isInstanceOf(DiskException.Broken.class);
        });
  }

  @Test
  void refusesPathsThatLeadOutside() throws Exception {
    onDisk(
        disk -> {
          for (String path : List.of("../a", "d/../../a", "/etc/a", "d/../a", "./a")) {
            assertThatThrownBy(() -> disk.create(path))
                .as(path)
                .isInstanceOf(DiskException.Broken.class);
            assertThatThrownBy(() -> disk.createDirectories(path))
                .as(path)
                .isInstanceOf(DiskException.Broken.class);
          }
        });
  }

  @Test
  void aLockIsHeldByOneUntilClosed() throws Exception {
    onDisk(
        disk -> {
          Disk.Lock lock = disk.lock("LOCK");
          assertThatThrownBy(() -> disk.lock("LOCK"))
              .isInstanceOf(DiskException.Broken.class)
              .hasMessageContaining("LOCK");
          lock.close();
          disk.lock("LOCK").close();
        });
  }

  @Test
  void tellsHowMuchSpaceIsLeft() throws Exception {
    onDisk(disk -> assertThat(disk.freeSpace()).isPositive());
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(DiskFile file) throws DiskException {
    ByteBuffer target = ByteBuffer.allocate((int) file.size());
    assertThat(file.read(0, target)).isEqualTo(target.capacity());
    return StandardCharsets.UTF_8.decode(target.flip()).toString();
  }
}
