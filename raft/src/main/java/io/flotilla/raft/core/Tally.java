package io.flotilla.raft.core;

import io.flotilla.raft.core.quorum.Ballots;
import java.util.TreeMap;

/** The answers to one election by node, so that a doubled message is no second vote. */
final class Tally implements Ballots {
  private final TreeMap<Integer, Ballot> answers = new TreeMap<>();

  void record(int node, boolean granted) {
    answers.merge(
        node,
        granted ? Ballot.GRANTED : Ballot.REFUSED,
        (before, now) -> before == Ballot.GRANTED ? before : now);
  }

  @Override
  public Ballot of(int node) {
    return answers.getOrDefault(node, Ballot.MISSING);
  }
}
