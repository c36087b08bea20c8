package io.flotilla.shardkv.node;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.host.GroupSpec;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.shardkv.store.KvStore;
import io.flotilla.shardkv.store.SortedFileStore;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The replicas of this node, brought in line with the map: those the map gives it are opened, those
 * it takes away are removed with their files. Owned by the loop.
 */
final class LocalGroups {
  private static final long RETRY_NANOS = 1_000_000_000L;

  /** Hears of replicas that come and go. */
  interface Listener {
    /** A replica is open. */
    void opened(OpenGroup group);

    /** Its role has changed. */
    void roleChanged(int gid);

    /** It is about to be removed. */
    void closed(int gid);
  }

  private final NodeAccess node;
  private final MoveSizes sizes;
  private final GroupFile files;
  private final Listener listener;
  private final TreeMap<GroupId, OpenGroup> open = new TreeMap<>();
  private final TreeSet<GroupId> opening = new TreeSet<>();
  private final TreeSet<GroupId> removing = new TreeSet<>();

  /** On disk, but with whom cannot be read. */
  private final TreeSet<GroupId> unreadable = new TreeSet<>();

  /** Removals that were cut short and are finished at this start. */
  private final TreeSet<GroupId> finished = new TreeSet<>();

  private Optional<ShardMap> newest = Optional.empty();
  private long remembered = -1;
  private boolean isRead;
  private boolean isStopped;

  LocalGroups(NodeAccess node, MoveSizes sizes, Listener listener) {
    this.node = node;
    this.sizes = sizes;
    this.files = new GroupFile(node.seams().disk());
    this.listener = listener;
  }

  /**
   * Opens what was open before this start; nothing is opened or removed before that is known.
   *
   * @param version of the map this node remembers from an earlier life, -1 without one
   */
  void start(long version) {
    remembered = version;
    look();
  }

  private void look() {
    if (!isStopped) {
      node.seams().fileLoop().execute(this::read);
    }
  }

  private void read() {
    try {
      GroupFile.Found found = files.readAll();
      node.seams().loop().execute(() -> known(found));
    } catch (DiskException failure) {
      count("flotilla_shard_groups_unreadable_total");
      node.seams().loop().schedule(RETRY_NANOS, this::look);
    }
  }

  void stop() {
    isStopped = true;
  }

  /** Opens and removes what {@code map} wants; maps come in ascending versions. */
  void reconcile(ShardMap map) {
    newest = Optional.of(map);
    if (!isRead) {
      return;
    }
    TreeSet<GroupId> wanted = new TreeSet<>();
    for (GroupMembers group : map.groups().values()) {
      group.nodes().forEach(node::learn);
      if (isMember(group) && mayOpen(idOf(group), map)) {
        wanted.add(idOf(group));
        open(group);
      }
    }
    TreeSet<GroupId> here = new TreeSet<>(open.keySet());
    here.addAll(unreadable);
    unreadable.clear();
    here.removeAll(wanted);
    here.forEach(this::remove);
  }

  /**
   * Opens what was found on disk. Files or a log without members are left over from a removal cut
   * short, which is finished: files that stay would be there for ever, and a log that stays would
   * not fit the empty store of a group opened again.
   */
  private void known(GroupFile.Found found) {
    isRead = true;
    TreeSet<GroupId> left = new TreeSet<>(found.remains());
    node.host().unopened().stream().filter(id -> id.gid() >= 1).forEach(left::add);
    found.groups().forEach(group -> left.remove(idOf(group)));
    found.unreadable().forEach(left::remove);
    unreadable.addAll(found.unreadable());
    finished.addAll(left);
    left.forEach(this::remove);
    found.groups().forEach(this::open);
    newest.ifPresent(this::reconcile);
  }

  /**
   * A replica that was being removed has forgotten its votes. The map this node remembers may be
   * older than the one that removed it and must not bring it back; a later one may.
   */
  private boolean mayOpen(GroupId id, ShardMap map) {
    return map.version() > remembered || !finished.contains(id);
  }

  /** Without a map, everything that was here before this start is. */
  private boolean isWanted(GroupId id) {
    if (newest.isEmpty()) {
      return true;
    }
    GroupMembers group = newest.get().groups().get(id.gid());
    return group != null && idOf(group).equals(id) && isMember(group) && mayOpen(id, newest.get());
  }

  private boolean isMember(GroupMembers group) {
    NodeAddress self = node.self();
    return group.nodes().stream()
        .anyMatch(member -> member.node() == self.node() && member.store() == self.store());
  }

  private void open(GroupMembers group) {
    GroupId id = idOf(group);
    if (isStopped || open.containsKey(id) || removing.contains(id) || !opening.add(id)) {
      return;
    }
    group.nodes().forEach(node::learn);
    node.learn(node.self());
    node.seams().fileLoop().execute(() -> openStore(group, id));
  }

  private void openStore(GroupMembers group, GroupId id) {
    try {
      files.write(group);
      KvStore store =
          SortedFileStore.open(
              node.seams().disk(),
              GroupFile.storeOf(id),
              node.seams().loop(),
              node.seams().fileLoop(),
              node.seams().meter());
      node.seams().loop().execute(() -> opened(group, id, store));
    } catch (DiskException failure) {
      count("flotilla_shard_groups_not_opened_total");
      node.seams().loop().schedule(RETRY_NANOS, () -> openAgain(group, id));
    } catch (StoreDamage damage) {
      node.seams().loop().execute(() -> repair(group, id, damage));
    }
  }

  /** An open replica has met damage: it is closed before it can show anything of it. */
  private void damaged(GroupMembers group, GroupId id, KvMachine machine, StoreDamage damage) {
    OpenGroup broken = open.get(id);
    if (broken != null && broken.machine() == machine && !isStopped && !node.host().isLatched()) {
      open.remove(id);
      listener.closed(id.gid());
      node.host().suspend(id);
      opening.add(id);
      repair(group, id, damage);
    }
  }

  /**
   * Gives a damaged checkpoint up, so that the leader sends another. What this replica has promised
   * is noted first: until its log is as far again it votes for nobody.
   */
  private void repair(GroupMembers group, GroupId id, StoreDamage damage) {
    if (isStopped || node.host().isLatched()) {
      return;
    }
    count("flotilla_shard_checkpoints_damaged_total");
    node.listener().damaged("group " + id + " is fetched from its peers: " + damage.getMessage());
    LogPosition promised = node.host().promised(id);
    node.seams().fileLoop().execute(() -> giveUp(group, id, promised));
  }

  private void giveUp(GroupMembers group, GroupId id, LogPosition promised) {
    try {
      SortedFileStore.discard(node.seams().disk(), GroupFile.storeOf(id), promised);
      openStore(group, id);
    } catch (DiskException failure) {
      count("flotilla_shard_groups_not_opened_total");
      node.seams().loop().schedule(RETRY_NANOS, () -> openAgain(group, id));
    }
  }

  private void openAgain(GroupMembers group, GroupId id) {
    opening.remove(id);
    if (isWanted(id)) {
      open(group);
    } else {
      remove(id);
    }
  }

  private void opened(GroupMembers group, GroupId id, KvStore store) {
    opening.remove(id);
    if (isStopped || node.host().isLatched()) {
      store.close();
      return;
    }
    if (!isWanted(id)) {
      // The map has changed while the files were read.
      store.close();
      remove(id);
      return;
    }
    KvMachine machine = new KvMachine(id, store, sizes);
    machine.onDamage(
        damage -> node.seams().loop().execute(() -> damaged(group, id, machine, damage)));
    Membership voters = Membership.of(group.nodes().stream().map(NodeAddress::node).toList());
    RaftGroup<KvResult> raft =
        node.host()
            .open(new GroupSpec(id, voters), machine, status -> listener.roleChanged(group.gid()));
    OpenGroup opened = new OpenGroup(raft, machine);
    open.put(id, opened);
    listener.opened(opened);
  }

  /**
   * Files go first, the log after them: a log that is forgotten while its files would still be
   * opened is a replica that has forgotten its votes.
   */
  private void remove(GroupId id) {
    removing.add(id);
    if (open.remove(id) != null) {
      listener.closed(id.gid());
      node.host().close(id);
    }
    node.seams().fileLoop().execute(() -> deleteFiles(id));
  }

  private void deleteFiles(GroupId id) {
    try {
      files.delete(id);
      node.seams().loop().execute(() -> removed(id));
    } catch (DiskException failure) {
      count("flotilla_shard_groups_not_removed_total");
      node.seams()
          .loop()
          .schedule(
              RETRY_NANOS,
              () -> {
                if (!isStopped) {
                  node.seams().fileLoop().execute(() -> deleteFiles(id));
                }
              });
    }
  }

  private void removed(GroupId id) {
    removing.remove(id);
    if (!isStopped && !node.host().isLatched()) {
      node.host().forget(id);
      newest.ifPresent(this::reconcile); // It may be wanted again by now.
    }
  }

  private void count(String name) {
    node.seams().meter().count(name, 1);
  }

  private static GroupId idOf(GroupMembers group) {
    return new GroupId(group.gid(), group.incarnation());
  }
}
