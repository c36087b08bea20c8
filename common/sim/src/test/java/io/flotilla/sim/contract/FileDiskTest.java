package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.FileDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the real world keeps the contract; its locks also hold against processes. */
final class FileDiskTest extends DiskContract {
  @TempDir Path directory;

  @Override
  protected void onDisk(Script script) throws Exception {
    script.run(FileDisk.open(directory));
  }

  @Override
  protected void onFullDisk(Script script) throws Exception {
    script.run(FileDisk.open(directory, Long.MAX_VALUE));
  }

  @Test
  void createsItsDirectory() throws Exception {
    FileDisk.open(directory.resolve("a/b"));
    assertThat(directory.resolve("a/b")).isDirectory();
  }

  @Test
  void refusesADirectoryThatIsAFile() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> FileDisk.open(file))
        .isInstanceOf(DiskException.Broken.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aNameThatCannotBeLookedUpIsNotAbsent() throws Exception {
    Path loop = directory.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    Disk disk = FileDisk.open(directory);
    assertThatThrownBy(() -> disk.exists("loop")).isInstanceOf(DiskException.Broken.class);
    assertThat(disk.exists("nothing")).isFalse();
    assertThat(disk.exists("no/such/directory")).isFalse();
  }

  @Test
  void aLockHoldsThroughAnyDiskOfTheProcess() throws Exception {
    try (Disk.Lock lock = FileDisk.open(directory).lock("LOCK")) {
      assertThat(lock).isNotNull();
      Disk second = FileDisk.open(directory);
      assertThatThrownBy(() -> second.lock("LOCK")).hasMessageContaining("by this process");
      // The refusal must not have cost the first its hold: another process still sees it.
      assertThat(lockInAnotherProcess()).isEqualTo("held");
    }
    assertThat(lockInAnotherProcess()).isEqualTo("free");
  }

  private String lockInAnotherProcess() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path program =
        Files.writeString(
            directory.resolve("Probe.java"),
            """
            import java.nio.channels.FileChannel;
            import java.nio.file.*;
            class Probe {
              public static void main(String[] args) throws Exception {
                var channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
                System.out.print(channel.tryLock() == null ? "held" : "free");
              }
            }
            """);
    Process process =
        new ProcessBuilder(
                java.toString(), program.toString(), directory.resolve("LOCK").toString())
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
