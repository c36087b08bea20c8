package io.flotilla.base.runtime;

import java.util.List;

/**
 * The directory of one node, as the only way to durable bytes.
 *
 * <p>Paths are relative, separated by {@code /}; the directory itself is the empty path; a path
 * with {@code .} or {@code ..} or a leading {@code /} is refused as Broken. Every call may block
 * and belongs on a disk loop. Nothing is durable before the matching sync: file contents by {@link
 * DiskFile#datasync}, names (create, link, rename, delete) by {@link #dirSync} of the directory
 * that holds them. A power loss keeps any subset of what was not synced. Failures are {@link
 * DiskException}: {@code Full} comes only from {@link DiskFile#preallocate}, everything else that
 * fails is {@code Broken}.
 */
public interface Disk {
  /** Creates an empty file for reading and writing; fails if the name exists. */
  DiskFile create(String path) throws DiskException;

  /** Opens an existing file for reading and writing. */
  DiskFile open(String path) throws DiskException;

  /** Whether a file or directory of this name exists. */
  boolean exists(String path) throws DiskException;

  /** Creates a directory and its missing parents; existing ones are left alone. */
  void createDirectories(String path) throws DiskException;

  /** The names (not paths) in a directory, sorted; empty if the directory does not exist. */
  List<String> list(String directory) throws DiskException;

  /** Gives an existing file a second name. */
  void link(String existing, String path) throws DiskException;

  /** Renames a file, atomically replacing {@code to} if it exists. */
  void rename(String from, String to) throws DiskException;

  /** Removes a file or an empty directory; a missing name is not an error. */
  void delete(String path) throws DiskException;

  /** Makes the names in a directory durable. */
  void dirSync(String directory) throws DiskException;

  /** Bytes that can still be claimed. */
  long freeSpace() throws DiskException;

  /**
   * Takes the exclusive lock named {@code path}, held until closed or until the process ends.
   *
   * @throws DiskException if another process holds it
   */
  Lock lock(String path) throws DiskException;

  /** An exclusive lock on a directory. */
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }
}
