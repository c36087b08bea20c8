package io.flotilla.raft.wal;

import io.flotilla.raft.GroupId;
import java.util.List;

/**
 * The log on disk cannot be what this node wrote, and what is wrong was promised to others.
 *
 * <p>Cutting the log short here would take back acknowledged entries or a vote, so the node must
 * not start on it. The message is one line that names file, offset and groups.
 */
public final class WalDamage extends Exception {
  private static final long serialVersionUID = 1;

  private final String file;
  private final long offset;
  private final transient List<GroupId> groups;

  WalDamage(String file, long offset, List<GroupId> groups, String what) {
    super(line(file, offset, groups, what));
    this.file = file;
    this.offset = offset;
    this.groups = List.copyOf(groups);
  }

  /** The damaged file, relative to the node's directory. */
  public String file() {
    return file;
  }

  /** Where in the file, in bytes. */
  public long offset() {
    return offset;
  }

  /** The groups that may have lost something; empty if that cannot be said. */
  public List<GroupId> groups() {
    return groups;
  }

  private static String line(String file, long offset, List<GroupId> groups, String what) {
    String suspects = groups.isEmpty() ? "" : ", groups " + groups;
    return "log damaged: " + file + " at offset " + offset + suspects + ": " + what;
  }
}
