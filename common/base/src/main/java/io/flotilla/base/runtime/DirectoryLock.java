package io.flotilla.base.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The lock of a directory: a locked file that names the process which holds it. Any thread. */
final class DirectoryLock implements Disk.Lock {
  /**
   * What this process holds. Static because the system's locks are per process: closing any second
   * channel on a locked file would silently release the lock, so it must not even be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private DirectoryLock(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  static DirectoryLock take(Path path) throws DiskException {
    if (!HELD.add(path)) {
      throw new DiskException.Broken(path + " is locked by this process");
    }
    boolean taken = false;
    try {
      DirectoryLock lock =
          take(path, FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      taken = true;
      return lock;
    } catch (IOException e) {
      throw e instanceof DiskException known ? known : FileDisk.broken("lock", path.toString(), e);
    } finally {
      if (!taken) {
        HELD.remove(path);
      }
    }
  }

  private static DirectoryLock take(Path path, FileChannel channel) throws IOException {
    boolean taken = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String holder = Files.readString(path).strip();
        throw new DiskException.Broken(path + " is locked by process " + holder);
      }
      channel.truncate(0);
      String self = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(self.getBytes(StandardCharsets.US_ASCII)));
      taken = true;
      return new DirectoryLock(path, channel);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new AssertionError("closing " + path, e);
    } finally {
      HELD.remove(path);
    }
  }
}
