package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What all replicas of one group have ever applied, together: the first to apply an index says what
 * it holds and every other must agree (state-machine safety, figure 3).
 */
final class LedgerGroup {
  private record Line(LogPosition position, ByteString command, long count, long chain) {}

  private final GroupId id;
  private final Membership first;
  private final TreeMap<Long, Line> lines = new TreeMap<>();
  private final TreeMap<Long, Integer> leaders = new TreeMap<>();
  private long acknowledged;

  LedgerGroup(GroupId id) {
    this(id, Membership.NONE);
  }

  /** With {@code first} as its founders; the other nodes hold replicas for a later membership. */
  LedgerGroup(GroupId id, Membership first) {
    this.id = id;
    this.first = first;
  }

  /** What {@code node} is told of the members, of which there are {@code everybody} to choose. */
  Membership initial(int node, Membership everybody) {
    if (first.equals(Membership.NONE)) {
      return everybody;
    }
    return first.isVoter(node) ? first : Membership.NONE;
  }

  GroupId id() {
    return id;
  }

  void applied(int node, Entry entry, long count, long chain) {
    Line line = new Line(entry.position(), entry.data(), count, chain);
    Line known = lines.putIfAbsent(entry.index(), line);
    if (known != null) {
      assertThat(line).as("group %s, applied at node %d", id, node).isEqualTo(known);
    }
  }

  /** At most one leader a term (5.2). */
  void leads(int node, long term) {
    Integer other = leaders.putIfAbsent(term, node);
    assertThat(other == null ? node : other)
        .as("leader of term %d of %s", term, id)
        .isEqualTo(node);
  }

  void acknowledged(LogPosition position, ByteString command) {
    assertThat(command(position.index())).contains(command);
    acknowledged = Math.max(acknowledged, position.index());
  }

  /** The highest index anybody was told is committed. */
  long acknowledged() {
    return acknowledged;
  }

  int size() {
    return lines.size();
  }

  int terms() {
    return leaders.size();
  }

  /** What the first replica to apply {@code index} applied there. */
  Optional<ByteString> command(long index) {
    return Optional.ofNullable(lines.get(index)).map(Line::command);
  }

  /** Whether any replica has ever applied this command. */
  boolean holds(ByteString command) {
    return lines.values().stream().anyMatch(line -> line.command().equals(command));
  }
}
