package io.flotilla.bench.lab;

import io.flotilla.raft.core.message.Message;
import java.util.List;

/** Which messages the network loses. */
interface Loss {
  /** None. */
  Loss NONE = (from, to, message) -> false;

  /** Whether this message never arrives. */
  boolean loses(int from, int to, Message message);

  /** Only servers of one side hear each other. */
  static Loss partition(List<Integer> one, List<Integer> other) {
    return (from, to, message) ->
        (one.contains(from) && other.contains(to)) || (other.contains(from) && one.contains(to));
  }
}
