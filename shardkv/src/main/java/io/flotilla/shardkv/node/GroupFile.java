package io.flotilla.shardkv.node;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.client.ShardMaps;
import io.flotilla.raft.GroupId;
import io.flotilla.v1.GroupMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a replica was created from, kept beside its checkpoints: with it a node that starts again
 * opens its groups from its own disk, whether the controller can be reached or not. On a file loop.
 */
final class GroupFile {
  static final String GROUPS = "groups";

  /** Where the checkpoints of a group are, in its directory. */
  private static final String STORE = "store";

  private static final String NAME = "members";
  private static final String NEXT = "members.next";
  private static final int BYTES_MAX = 1 << 20;
  private static final Pattern DIRECTORY = Pattern.compile("([1-9]\\d{0,8})\\.(\\d{1,18})");

  private final Disk disk;

  GroupFile(Disk disk) {
    this.disk = disk;
  }

  static String storeOf(GroupId id) {
    return directory(id) + "/" + STORE;
  }

  static String directory(GroupId id) {
    return GROUPS + "/" + id;
  }

  /** Writes down the members of a group that is about to be opened here. */
  void write(GroupMembers group) throws DiskException {
    String directory = directory(new GroupId(group.gid(), group.incarnation()));
    disk.createDirectories(directory);
    disk.delete(directory + "/" + NEXT);
    try (DiskFile file = disk.create(directory + "/" + NEXT)) {
      file.write(0, ByteBuffer.wrap(encode(group).toByteArray()));
      file.datasync();
    }
    disk.rename(directory + "/" + NEXT, directory + "/" + NAME);
    disk.dirSync(directory);
    disk.dirSync(GROUPS);
    disk.dirSync("");
  }

  /**
   * What is on disk of data groups.
   *
   * @param groups have been opened here and not removed
   * @param unreadable were opened too, but with whom cannot be read: the map will tell
   * @param remains of removals cut short
   */
  record Found(List<GroupMembers> groups, List<GroupId> unreadable, List<GroupId> remains) {}

  /** Looks at every group's directory. */
  Found readAll() throws DiskException {
    Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (String name : disk.list(GROUPS)) {
      Optional<GroupId> id = idOf(name);
      if (id.isEmpty()) {
        continue;
      }
      String path = directory(id.get()) + "/" + NAME;
      Optional<GroupMembers> members = disk.exists(path) ? read(path) : Optional.empty();
      members = members.filter(group -> name.equals(group.gid() + "." + group.incarnation()));
      if (members.isPresent()) {
        found.groups().add(members.get());
      } else {
        (disk.exists(path) ? found.unreadable() : found.remains()).add(id.get());
      }
    }
    return found;
  }

  /** The data group whose directory has this name; the controller's is not looked after here. */
  private static Optional<GroupId> idOf(String name) {
    Matcher matcher = DIRECTORY.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new GroupId(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  /** Removes everything of a group; the mark of its existence goes first. */
  void delete(GroupId id) throws DiskException {
    String directory = directory(id);
    if (!disk.exists(directory)) {
      return;
    }
    disk.delete(directory + "/" + NAME);
    disk.dirSync(directory);
    deleteAll(directory + "/" + STORE);
    deleteAll(directory);
    disk.dirSync(GROUPS);
  }

  private void deleteAll(String directory) throws DiskException {
    if (!disk.exists(directory)) {
      return;
    }
    for (String name : disk.list(directory)) {
      disk.delete(directory + "/" + name);
    }
    disk.delete(directory);
  }

  private Optional<GroupMembers> read(String path) throws DiskException {
    try (DiskFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BYTES_MAX, file.size()));
      file.read(0, bytes);
      bytes.flip();
      return Optional.of(decode(GroupMessage.parseFrom(bytes)));
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
  }

  private static GroupMessage encode(GroupMembers group) {
    GroupMessage.Builder message =
        GroupMessage.newBuilder().setGid(group.gid()).setIncarnation(group.incarnation());
    group.nodes().forEach(node -> message.addNodes(ShardMaps.encode(node)));
    return message.build();
  }

  private static GroupMembers decode(GroupMessage message) {
    return new GroupMembers(
        message.getGid(),
        message.getIncarnation(),
        message.getNodesList().stream().map(ShardMaps::decode).toList());
  }
}
