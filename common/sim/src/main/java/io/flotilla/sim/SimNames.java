package io.flotilla.sim;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The names of a disk: those a process sees, and the changes a power loss may undo. */
final class SimNames {
  static final String ROOT = "";

  private final SortedMap<String, SimInode> durable = new TreeMap<>();
  private final List<Change> unsynced = new ArrayList<>();
  private TreeMap<String, SimInode> visible = new TreeMap<>();

  /** One atomic change; an empty name stands for none, so a rename has both. */
  private record Change(String removed, String added, SimInode inode) {
    void apply(SortedMap<String, SimInode> names) {
      if (!removed.isEmpty()) {
        names.remove(removed);
      }
      if (!added.isEmpty()) {
        names.put(added, inode);
      }
    }
  }

  /** Whether {@code path} is relative and plain, as the seam demands. */
  static boolean isPlain(String path) {
    if (path.equals(ROOT)) {
      return true;
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? ROOT : path.substring(0, slash);
  }

  Optional<SimInode> find(String path) {
    return Optional.ofNullable(visible.get(path));
  }

  boolean isDirectory(String path) {
    return path.equals(ROOT) || find(path).map(inode -> inode.directory).orElse(false);
  }

  /** Sorted names of the children of a directory. */
  List<String> list(String directory) {
    String prefix = directory.equals(ROOT) ? ROOT : directory + "/";
    List<String> names = new ArrayList<>();
    for (String path : visible.tailMap(prefix).keySet()) {
      if (!path.startsWith(prefix)) {
        break;
      }
      if (path.indexOf('/', prefix.length()) < 0) {
        names.add(path.substring(prefix.length()));
      }
    }
    return names;
  }

  /** Every name with its inode, sorted. */
  SortedMap<String, SimInode> all() {
    return visible;
  }

  void add(String path, SimInode inode) {
    change(new Change(ROOT, path, inode));
  }

  void remove(String path, SimInode inode) {
    change(new Change(path, ROOT, inode));
  }

  void move(String from, String to, SimInode inode) {
    change(new Change(from, to, inode));
  }

  /**
   * Makes the names of one directory durable.
   *
   * <p>Of a rename into another directory, syncing the target makes only the new name durable: the
   * old one may come back beside it. Syncing the source makes both durable, for no file system
   * loses a file by a rename.
   */
  void sync(String directory) {
    List<Change> left = new ArrayList<>();
    for (Change change : unsynced) {
      boolean removesHere = !change.removed.isEmpty() && parent(change.removed).equals(directory);
      boolean addsHere = !change.added.isEmpty() && parent(change.added).equals(directory);
      if (removesHere || (addsHere && change.removed.isEmpty())) {
        change.apply(durable);
      } else if (addsHere) {
        durable.put(change.added, change.inode);
        left.add(new Change(change.removed, ROOT, change.inode));
      } else {
        left.add(change);
      }
    }
    unsynced.clear();
    unsynced.addAll(left);
  }

  /** Keeps each unsynced change with probability {@code keep}; whatever lost its parent is gone. */
  void losePower(RandomGenerator random, double keep) {
    for (Change change : unsynced) {
      if (random.nextDouble() < keep) {
        change.apply(durable);
      }
    }
    unsynced.clear();
    Iterator<Map.Entry<String, SimInode>> names = durable.entrySet().iterator();
    while (names.hasNext()) {
      String parent = parent(names.next().getKey());
      // Parents sort before their children, so an orphan's own children go in the same pass.
      if (!parent.equals(ROOT) && !durable.containsKey(parent)) {
        names.remove();
      }
    }
    visible = new TreeMap<>(durable);
  }

  /** Forgets everything, as a new disk. */
  void wipe() {
    visible.clear();
    durable.clear();
    unsynced.clear();
  }

  private void change(Change change) {
    change.apply(visible);
    unsynced.add(change);
  }
}
