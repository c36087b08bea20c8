package io.flotilla.raft.host;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.FetchRequest;
import java.util.List;
import java.util.function.Consumer;

/** Fetches entries that are no longer in memory, for a follower that is far behind. */
interface LogReader {
  /** Reads what {@code fetch} asks for; {@code onRead} runs on the loop, empty if it is gone. */
  void read(GroupId group, FetchRequest fetch, Consumer<List<Entry>> onRead);
}
