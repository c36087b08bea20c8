package io.flotilla.bench.lab;

import io.flotilla.raft.Entry;
import java.util.Optional;

/** Decides once: tells the first who asks 0, and everybody else 1. */
final class TestAndSet implements LabMachine {
  static final String WON = "0";
  static final String LOST = "1";

  private Optional<String> holder = Optional.empty();

  @Override
  public String apply(Entry command) {
    return decide(command.data().toStringUtf8());
  }

  /** The old value, before {@code client} set it. */
  String decide(String client) {
    if (holder.isEmpty()) {
      holder = Optional.of(client);
      return WON;
    }
    return LOST;
  }

  @Override
  public String state() {
    return holder.map(client -> "set by " + client).orElse("not set");
  }
}
