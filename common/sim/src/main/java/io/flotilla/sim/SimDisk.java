package io.flotilla.sim;

import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The disk of one node: everything in memory, every loss and every fault on demand.
 *
 * <p>Calls charge their time to the running task; outside of tasks they are free. A process that is
 * killed leaves what it wrote in the page cache; a power loss keeps any subset of unsynced sectors
 * and names. Calls of a dead process throw {@link SimCrash}. One thread.
 */
public final class SimDisk implements Disk {
  private final Simulation simulation;
  private final SimNode node;
  private final RandomGenerator random;
  private final SimNames names = new SimNames();
  private final Map<String, Life> locks = new TreeMap<>();
  private final Map<IoKind, Integer> failAfter = new EnumMap<>(IoKind.class);
  private DiskTiming timing = DiskTiming.SSD;
  private long slowFactor = 1;
  private long capacity = 1L << 40;
  private long used;
  private long mutations;
  private long crashAtMutation = Long.MAX_VALUE;
  private boolean crashLosesPower;

  SimDisk(Simulation simulation, SimNode node) {
    this.simulation = simulation;
    this.node = node;
    this.random = simulation.random(node.name() + "/disk");
  }

  // --- the seam ---

  @Override
  public DiskFile create(String path) throws DiskException {
    String name = plain(path);
    begin(IoKind.NAME, name.hashCode(), 0);
    requireNew(name);
    SimInode inode = new SimInode(false);
    names.add(name, inode);
    return new SimFile(this, node.life(), inode, name);
  }

  @Override
  public DiskFile open(String path) throws DiskException {
    String name = plain(path);
    alive();
    return new SimFile(this, node.life(), file(name), name);
  }

  @Override
  public boolean exists(String path) throws DiskException {
    alive();
    String name = plain(path);
    return name.equals(SimNames.ROOT) || names.find(name).isPresent();
  }

  @Override
  public void createDirectories(String path) throws DiskException {
    String name = plain(path);
    if (name.equals(SimNames.ROOT) || names.isDirectory(name)) {
      alive();
      return;
    }
    createDirectories(SimNames.parent(name));
    begin(IoKind.NAME, name.hashCode(), 0);
    requireNew(name);
    names.add(name, new SimInode(true));
  }

  @Override
  public List<String> list(String directory) throws DiskException {
    alive();
    return names.list(plain(directory));
  }

  @Override
  public void link(String existing, String path) throws DiskException {
    String name = plain(path);
    begin(IoKind.NAME, name.hashCode(), 0);
    SimInode inode = file(plain(existing));
    requireNew(name);
    inode.links++;
    names.add(name, inode);
  }

  @Override
  public void rename(String from, String to) throws DiskException {
    String source = plain(from);
    String target = plain(to);
    begin(IoKind.NAME, target.hashCode(), 0);
    SimInode inode = file(source);
    if (!names.isDirectory(SimNames.parent(target)) || names.isDirectory(target)) {
      throw broken("cannot rename to " + to);
    }
    if (!source.equals(target)) {
      names.find(target).ifPresent(this::unlinked);
      names.move(source, target, inode);
    }
  }

  @Override
  public void delete(String path) throws DiskException {
    String name = plain(path);
    begin(IoKind.NAME, name.hashCode(), 0);
    if (names.isDirectory(name) && !names.list(name).isEmpty()) {
      throw broken("directory not empty: " + path);
    }
    if (names.find(name).isPresent()) {
      SimInode inode = names.find(name).get();
      unlinked(inode);
      names.remove(name, inode);
    }
  }

  @Override
  public void dirSync(String directory) throws DiskException {
    String name = plain(directory);
    begin(IoKind.DIR_SYNC, name.hashCode(), 0);
    if (!names.isDirectory(name)) {
      throw broken("no directory: " + directory);
    }
    names.sync(name);
  }

  @Override
  public long freeSpace() throws DiskException {
    alive();
    return Math.max(0, capacity - used);
  }

  @Override
  public Lock lock(String path) throws DiskException {
    alive();
    String name = plain(path);
    if (locks.containsKey(name)) {
      throw broken("locked by another process: " + path);
    }
    if (names.find(name).isEmpty()) {
      requireNew(name);
      names.add(name, new SimInode(false));
    }
    Life life = node.life();
    locks.put(name, life);
    return () -> locks.remove(name, life);
  }

  // --- what a test or a nemesis does to it ---

  /** How long its calls take from now on. */
  public void timing(DiskTiming changed) {
    timing = changed;
  }

  /** Multiplies the time of every call: 1 is normal. */
  public void slow(long factor) {
    simulation.note(node, "disk slow", factor);
    slowFactor = factor;
  }

  /** Changes its size; below what is in use nothing more can be claimed. */
  public void capacity(long bytes) {
    simulation.note(node, "disk capacity", bytes);
    capacity = bytes;
  }

  /** Bytes in use, in whole pages. */
  public long used() {
    return used;
  }

  /** Lets the {@code n}-th call of {@code kind} from now on fail, 1 being the next. */
  public void fail(IoKind kind, int n) {
    failAfter.put(kind, n);
  }

  /** How many calls that change something there were, the sum over all lives. */
  public long mutations() {
    return mutations;
  }

  /**
   * Ends the node's life instead of the {@code n}-th change from now on, 1 being the next.
   *
   * <p>If that is a write, any prefix of it may have reached the page cache.
   */
  public void crashBefore(long n, boolean powerLoss) {
    crashAtMutation = mutations + n;
    crashLosesPower = powerLoss;
  }

  /** Whether a crash asked for by {@link #crashBefore} is still to come. */
  public boolean isCrashPending() {
    return crashAtMutation != Long.MAX_VALUE;
  }

  /** Inverts one bit of a file, as rot does: also in what was synced. */
  public void flipBit(String path, long bit) {
    SimInode inode = names.find(path).orElseThrow();
    Check.that(bit >= 0 && bit < inode.size() * 8, "no such bit");
    simulation.note(node, "bit flip", bit);
    simulation.meter().count("flotilla_sim_bit_flips_total", 1);
    inode.flip(bit);
  }

  /** Takes everything away, as if the disk was replaced; only while the node is dead. */
  public void wipe() {
    Check.that(!node.isAlive(), "a disk is replaced while the node is off");
    simulation.note(node, "disk wiped", 0);
    names.wipe();
    used = 0;
  }

  /** Paths of all files, sorted; works on a dead node too. */
  public List<String> files() {
    List<String> files = new ArrayList<>();
    names
        .all()
        .forEach(
            (path, inode) -> {
              if (!inode.directory) {
                files.add(path);
              }
            });
    return files;
  }

  /** Length of a file; works on a dead node too. */
  public long length(String path) {
    return names.find(path).orElseThrow().size();
  }

  /** One number for all names and contents, to compare two disks. */
  public long digest() {
    long[] digest = {0};
    names
        .all()
        .forEach(
            (path, inode) ->
                digest[0] = Trace.mix(Trace.mix(digest[0], path.hashCode()), inode.digest()));
    return digest[0];
  }

  // --- for files and nodes ---

  /** Every call starts here: dies, fails or takes its time. */
  void begin(IoKind kind, long digest, long bytes) throws DiskException {
    if (isDoomed(kind)) {
      die();
    }
    spend(kind, bytes);
    note(kind, digest);
    if (isFailing(kind)) {
      throw injected(kind);
    }
  }

  /** Whether the node dies at this call; counts it. */
  boolean isDoomed(IoKind kind) {
    alive();
    return kind != IoKind.READ && ++mutations == crashAtMutation;
  }

  /** Ends the node's life and the running task. */
  void die() {
    crashAtMutation = Long.MAX_VALUE;
    node.crash(crashLosesPower);
    throw new SimCrash(node.name());
  }

  void spend(IoKind kind, long bytes) {
    FaultPlan.Io io = simulation.faults().io();
    boolean syncs = kind == IoKind.SYNC || kind == IoKind.DIR_SYNC;
    long nanos = syncs ? timing.syncNanos(random) : timing.callNanos(random, bytes);
    long stuck = 0;
    if (io.slow() > 0 && random.nextDouble() < io.slow()) {
      simulation.meter().count("flotilla_sim_slow_io_total", 1);
      stuck = random.nextLong(io.slowNanosMax());
    }
    // Not stuck for longer on a slow disk: one call would outlast the faults by many elections.
    simulation.charge(nanos * slowFactor + stuck);
  }

  void note(IoKind kind, long digest) {
    simulation.note(node, kind.label, digest);
  }

  /** Whether this call fails, because it was asked for or by chance. */
  boolean isFailing(IoKind kind) {
    int left = failAfter.getOrDefault(kind, 0);
    if (left > 0) {
      failAfter.put(kind, left - 1);
      if (left == 1) {
        return true;
      }
    }
    FaultPlan.Io io = simulation.faults().io();
    double probability =
        switch (kind) {
          case READ -> io.readError();
          case WRITE, LENGTH, NAME -> io.writeError();
          case SYNC, DIR_SYNC -> io.syncError();
        };
    return probability > 0 && random.nextDouble() < probability;
  }

  DiskException.Broken injected(IoKind kind) {
    simulation.meter().count("flotilla_sim_io_errors_total", 1);
    return broken(kind.label + ": input/output error");
  }

  DiskException.Broken broken(String message) {
    return new DiskException.Broken(node.name() + ": " + message);
  }

  /** Claims or returns space for a file that changes its length; false if there is not enough. */
  boolean resize(SimInode inode, long length) {
    long growth = SimInode.occupied(length) - SimInode.occupied(inode.size());
    if (growth > 0 && used + growth > capacity) {
      simulation.meter().count("flotilla_sim_disk_full_total", 1);
      return false;
    }
    used += inode.links > 0 ? growth : 0;
    return true;
  }

  RandomGenerator random() {
    return random;
  }

  /** The process ended: locks are free again and, without power, so is the page cache. */
  void died(boolean powerLoss) {
    locks.clear();
    if (powerLoss) {
      // All, nothing and half of it reach different code, so each gets its share.
      double keep = random.nextInt(4) * 0.5 - 0.25;
      names.losePower(random, keep);
      double torn = simulation.faults().io().tornSector();
      names.all().values().forEach(inode -> inode.losePower(random, keep, torn));
    }
    recount();
  }

  private void recount() {
    used = 0;
    names.all().values().forEach(inode -> inode.links = 0);
    for (SimInode inode : names.all().values()) {
      if (inode.links++ == 0) {
        used += SimInode.occupied(inode.size());
      }
    }
  }

  private void unlinked(SimInode inode) {
    if (--inode.links == 0) {
      used -= SimInode.occupied(inode.size());
    }
  }

  private void alive() {
    if (!node.isAlive()) {
      throw new SimCrash(node.name());
    }
  }

  private String plain(String path) throws DiskException {
    if (!SimNames.isPlain(path)) {
      throw broken("not a plain relative path: " + path);
    }
    return path;
  }

  private SimInode file(String name) throws DiskException {
    SimInode inode = names.find(name).orElseThrow(() -> broken("no such file: " + name));
    if (inode.directory) {
      throw broken("is a directory: " + name);
    }
    return inode;
  }

  private void requireNew(String name) throws DiskException {
    if (name.equals(SimNames.ROOT) || names.find(name).isPresent()) {
      throw broken("exists: " + name);
    }
    if (!names.isDirectory(SimNames.parent(name))) {
      throw broken("no directory for " + name);
    }
  }
}
