package io.flotilla.sim.history.check;

import io.flotilla.sim.history.Answer;
import io.flotilla.sim.history.Operation;
import java.util.Optional;

/**
 * One key of a correct store, as functions: what an operation answers in a state and what state it
 * leaves. The state is the key's value, empty when it is absent. Stateless, any thread.
 */
public final class KvModel {
  private KvModel() {}

  /** What a correct store answers to {@code operation} in {@code state}. */
  public static Answer answer(Optional<String> state, Operation operation) {
    return switch (operation.kind()) {
      case GET -> new Answer.Read(state);
      case PUT, APPEND -> Answer.NONE;
      case DELETE -> Answer.of(state.isPresent());
      case CAS -> Answer.of(state.equals(operation.expect()));
    };
  }

  /** The state {@code operation} leaves behind, taking effect in {@code state}. */
  public static Optional<String> next(Optional<String> state, Operation operation) {
    return switch (operation.kind()) {
      case GET -> state;
      case PUT -> operation.value();
      case APPEND -> Optional.of(state.orElse("") + operation.value().orElseThrow());
      case DELETE -> Optional.empty();
      case CAS -> state.equals(operation.expect()) ? operation.value() : state;
    };
  }
}
