package io.flotilla.bench.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A test-and-set server copied naively: two of them that know nothing of each other, and clients
 * that ask both.
 */
final class TwoServers {
  static final int COUNT = 2;

  private final List<TestAndSet> servers = List.of(new TestAndSet(), new TestAndSet());
  private final Policy policy;

  TwoServers(Policy policy) {
    this.policy = policy;
  }

  /**
   * Asks every server the client reaches; the old value was 0 if all that answered say so. Empty if
   * the policy wants more answers than there were.
   */
  Optional<String> call(String client, IntPredicate reaches) {
    List<String> answers = new ArrayList<>();
    for (int server = 1; server <= COUNT; server++) {
      if (reaches.test(server)) {
        answers.add(servers.get(server - 1).decide(client));
      }
    }
    if (answers.size() < needed()) {
      return Optional.empty();
    }
    return Optional.of(answers.contains(TestAndSet.LOST) ? TestAndSet.LOST : TestAndSet.WON);
  }

  String state(int server) {
    return servers.get(server - 1).state();
  }

  private int needed() {
    return policy == Policy.ANY ? 1 : COUNT;
  }
}
