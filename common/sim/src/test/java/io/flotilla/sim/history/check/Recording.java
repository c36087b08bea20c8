package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Clients on one key of a correct store, in virtual time: what they record is linearizable, since
 * each operation takes effect at one moment between its call and its return.
 */
final class Recording {
  /**
   * How the clients behave.
   *
   * @param kinds what they ask, each as likely as it is often listed
   * @param clients how many ask at once
   * @param operations how many they ask together
   * @param delayMax longest way of a request or an answer
   * @param unknownPercent how many never hear
   * @param uniqueValues whether every value written is different
   */
  record Plan(
      List<OpKind> kinds,
      int clients,
      int operations,
      int delayMax,
      int unknownPercent,
      boolean uniqueValues) {}

  private record Event(long time, int number, Runnable action) {}

  private final String key;
  private final Plan plan;
  private final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingInt(Event::number));
  private final List<Operation> recorded = new ArrayList<>();
  private int eventCount;
  private int called;
  private int clientCount;
  private long now;
  private Optional<String> state;
  private Optional<String> lastSeen = Optional.empty();

  private Recording(String key, Optional<String> initial, Plan plan, SplittableRandom random) {
    this.key = key;
    this.state = initial;
    this.plan = plan;
    this.random = random;
  }

  static List<Operation> of(
      String key, Optional<String> initial, Plan plan, SplittableRandom random) {
    Recording recording = new Recording(key, initial, plan, random);
    for (int client = 0; client < plan.clients(); client++) {
      recording.in(random.nextInt(plan.delayMax() + 1), recording::call);
    }
    recording.run();
    return recording.recorded;
  }

  private void run() {
    while (!events.isEmpty()) {
      Event event = events.remove();
      now = event.time();
      event.action().run();
    }
  }

  private void in(long delay, Runnable action) {
    events.add(new Event(now + delay, eventCount++, action));
  }

  private void call() {
    if (called == plan.operations()) {
      return;
    }
    called++;
    Operation asked = ask("c" + clientCount++);
    boolean isLost = random.nextInt(100) < plan.unknownPercent();
    if (isLost) {
      recorded.add(asked);
      in(1, this::call);
      if (random.nextBoolean()) {
        in(random.nextInt(20 * plan.delayMax() + 1), () -> state = KvModel.next(state, asked));
      }
    } else {
      in(random.nextInt(plan.delayMax() + 1), () -> takeEffect(asked));
    }
  }

  private void takeEffect(Operation asked) {
    var answer = KvModel.answer(state, asked);
    state = KvModel.next(state, asked);
    Optional<String> seen = state;
    in(
        random.nextInt(plan.delayMax() + 1),
        () -> {
          recorded.add(asked.ok(answer, now));
          lastSeen = asked.kind() == OpKind.GET ? seen : lastSeen;
          in(random.nextInt(2), this::call);
        });
  }

  private Operation ask(String client) {
    String value = plan.uniqueValues() ? "[" + client + "]" : "v" + random.nextInt(3);
    return switch (plan.kinds().get(random.nextInt(plan.kinds().size()))) {
      case GET -> Operation.get(client, key, now);
      case PUT -> Operation.put(client, key, value, now);
      case APPEND -> Operation.append(client, key, value, now);
      case DELETE -> Operation.delete(client, key, now);
      case CAS -> Operation.cas(client, key, expectation(), value, now);
    };
  }

  private Optional<String> expectation() {
    return random.nextInt(4) == 0 ? state : lastSeen;
  }
}
