package io.flotilla.base.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Disk} that is a directory of the machine's file system.
 *
 * <p>Stateless but for the root; any thread may call it, and every call may block.
 */
public final class FileDisk implements Disk {
  private final Path root;
  private final FileStore store;
  private final long reserveBytes;

  private FileDisk(Path root, FileStore store, long reserveBytes) {
    this.root = root;
    this.store = store;
    this.reserveBytes = reserveBytes;
  }

  /** A disk over {@code root}, created if missing. */
  public static FileDisk open(Path root) throws DiskException {
    return open(root, 0);
  }

  /**
   * A disk over {@code root} that leaves the last {@code reserveBytes} of the volume alone: space
   * in which the system, its logs and the operator can still work.
   */
  public static FileDisk open(Path root, long reserveBytes) throws DiskException {
    try {
      if (!Files.isDirectory(root)) {
        Files.createDirectories(root);
      }
      Path real = root.toRealPath();
      if (!Files.isWritable(real)) {
        throw new DiskException.Broken(real + " is not writable");
      }
      return new FileDisk(real, Files.getFileStore(real), reserveBytes);
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      throw new DiskException.Broken("cannot use directory " + root + ": " + reason(e), e);
    }
  }

  @Override
  public DiskFile create(String path) throws DiskException {
    return channel(path, "create", StandardOpenOption.CREATE_NEW);
  }

  @Override
  public DiskFile open(String path) throws DiskException {
    return channel(path, "open");
  }

  @Override
  public boolean exists(String path) throws DiskException {
    Path name = resolve(path);
    try {
      // Not Files.exists, which says no also when it could not find out.
      Files.readAttributes(name, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw broken("look for", path, e);
    }
  }

  @Override
  public void createDirectories(String path) throws DiskException {
    Path directory = resolve(path);
    perform("create directory", path, () -> Files.createDirectories(directory));
  }

  @Override
  public List<String> list(String directory) throws DiskException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(resolve(directory))) {
      for (Path entry : entries) {
        names.add(entry.getName(entry.getNameCount() - 1).toString());
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | RuntimeException e) {
      throw broken("list", directory, e);
    }
    names.sort(null);
    return names;
  }

  @Override
  public void link(String existing, String path) throws DiskException {
    Path source = resolve(existing);
    Path name = resolve(path);
    perform("link " + existing + " as", path, () -> Files.createLink(name, source));
  }

  @Override
  public void rename(String from, String to) throws DiskException {
    Path source = resolve(from);
    Path target = resolve(to);
    perform(
        "rename " + from + " to",
        to,
        () -> Files.move(source, target, StandardCopyOption.ATOMIC_MOVE));
  }

  @Override
  public void delete(String path) throws DiskException {
    Path name = resolve(path);
    perform("delete", path, () -> Files.deleteIfExists(name));
  }

  @Override
  public void dirSync(String directory) throws DiskException {
    Path path = resolve(directory);
    perform(
        "sync directory",
        directory,
        () -> {
          try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
          }
          return path;
        });
  }

  @Override
  public long freeSpace() throws DiskException {
    try {
      return Math.max(0, store.getUsableSpace() - reserveBytes);
    } catch (IOException e) {
      throw broken("ask for the free space of", root.toString(), e);
    }
  }

  @Override
  public Lock lock(String path) throws DiskException {
    return DirectoryLock.take(resolve(path));
  }

  static DiskException.Broken broken(String what, String path, Exception cause) {
    return new DiskException.Broken("cannot " + what + " " + path + ": " + reason(cause), cause);
  }

  /** What the system said; its exceptions about a file often carry nothing but the name. */
  private static String reason(Exception e) {
    return e.getClass().getSimpleName() + " " + e.getMessage();
  }

  private DiskFile channel(String path, String what, OpenOption... how) throws DiskException {
    Path name = resolve(path);
    List<OpenOption> options = new ArrayList<>(List.of(how));
    options.add(StandardOpenOption.READ);
    options.add(StandardOpenOption.WRITE);
    try {
      FileChannel channel = FileChannel.open(name, options.toArray(new OpenOption[0]));
      return new ChannelFile(this, path, channel);
    } catch (IOException e) {
      throw broken(what, path, e);
    }
  }

  /** The place of a relative path; names come from disks and configurations, so none may escape. */
  private Path resolve(String path) throws DiskException {
    if (path.isEmpty()) {
      return root;
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
        throw new DiskException.Broken("path " + path + " does not stay inside the directory");
      }
    }
    return root.resolve(path);
  }

  private static void perform(String what, String path, Step step) throws DiskException {
    try {
      step.run();
    } catch (IOException e) {
      throw broken(what, path, e);
    }
  }

  /** One call of the file system; what it returns does not matter. */
  private interface Step {
    Object run() throws IOException;
  }
}
