package io.flotilla.raft.host;

/** What a replica tells the loop's owner: that it has something to do in the coming turn. */
interface Turns {
  /** Includes {@code runner} in the next turn, and sees to it that there is one. */
  void wake(GroupRunner<?> runner);
}
