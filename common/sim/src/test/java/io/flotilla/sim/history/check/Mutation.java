package io.flotilla.sim.history.check;

import io.flotilla.sim.history.Answer;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Changes one fact of a history, which may or may not make it wrong. */
final class Mutation {
  private Mutation() {}

  static List<Operation> of(List<Operation> operations, SplittableRandom random) {
    List<Operation> changed = new ArrayList<>(operations);
    int at = random.nextInt(changed.size());
    changed.set(at, changed(changed.get(at), operations, random));
    return changed;
  }

  private static Operation changed(
      Operation operation, List<Operation> all, SplittableRandom random) {
    long returned = operation.returned().orElse(operation.call() + random.nextInt(10));
    if (operation.status() != OpStatus.OK) {
      return random.nextBoolean() ? operation.failed(returned) : acknowledged(operation, returned);
    }
    return switch (random.nextInt(4)) {
      case 0 -> operation.failed(returned);
      case 1 -> operation.ok(operation.answer(), operation.call() + random.nextInt(3));
      case 2 -> calledAt(operation, operation.call() - random.nextInt(10));
      default -> operation.ok(otherAnswer(operation, all, random), returned);
    };
  }

  private static Operation acknowledged(Operation operation, long returned) {
    return operation.ok(
        switch (operation.kind()) {
          case GET -> new Answer.Read(Optional.empty());
          case PUT, APPEND -> Answer.NONE;
          case DELETE, CAS -> Answer.YES;
        },
        returned);
  }

  private static Operation calledAt(Operation operation, long call) {
    return new Operation(
        operation.client(),
        operation.kind(),
        operation.key(),
        operation.value(),
        operation.expect(),
        operation.answer(),
        call,
        operation.returned(),
        operation.status());
  }

  private static Answer otherAnswer(
      Operation operation, List<Operation> all, SplittableRandom random) {
    if (operation.answer() instanceof Answer.Flag flag) {
      return Answer.of(!flag.yes());
    }
    if (operation.answer() instanceof Answer.Read) {
      List<Optional<String>> answers = new ArrayList<>();
      answers.add(Optional.empty());
      all.forEach(other -> answers.add(other.value()));
      all.stream()
          .map(Operation::answer)
          .filter(Answer.Read.class::isInstance)
          .forEach(answer -> answers.add(((Answer.Read) answer).value()));
      return new Answer.Read(answers.get(random.nextInt(answers.size())));
    }
    return operation.answer();
  }
}
