package io.flotilla.sim.history.check;

import io.flotilla.sim.history.Answer;
import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Everything that was done to one key. Grows while a history is taken in; owned by one thread. */
final class KeyHistory {
  private final String key;
  private final Values values = new Values();
  private final List<KeyOp> ops = new ArrayList<>();
  private int initial = Values.ABSENT;

  KeyHistory(String key) {
    this.key = key;
  }

  void startWith(String value) {
    initial = values.written(Optional.of(value));
  }

  void add(int client, Operation operation) {
    ops.add(
        new KeyOp(
            client,
            operation.kind(),
            operation.status(),
            values.written(operation.value()),
            values.written(operation.expect()),
            answer(operation.answer()),
            operation.call(),
            operation.status() == OpStatus.OK ? operation.returned().orElseThrow() : KeyOp.OPEN));
  }

  String key() {
    return key;
  }

  Values values() {
    return values;
  }

  int initial() {
    return initial;
  }

  int size() {
    return ops.size();
  }

  /** What may be ordered: no failed operation, and no get that was never answered. */
  List<KeyOp> judged() {
    List<KeyOp> judged = new ArrayList<>(ops.size());
    for (KeyOp op : ops) {
      if (op.status() == OpStatus.OK && op.kind() == OpKind.GET) {
        judged.add(op.withAnswer(values.settled(op.answer())));
      } else if (op.kind() != OpKind.GET && op.status() != OpStatus.FAIL) {
        judged.add(op);
      }
    }
    return judged;
  }

  /** The writes that promised never to take effect. */
  List<KeyOp> failedWrites() {
    return ops.stream()
        .filter(op -> op.status() == OpStatus.FAIL && op.kind() != OpKind.GET)
        .toList();
  }

  Operation operation(KeyOp op, String client) {
    return new Operation(
        client,
        op.kind(),
        key,
        op.kind().carriesValue() ? values.value(op.value()) : Optional.empty(),
        op.kind() == OpKind.CAS ? values.value(op.expect()) : Optional.empty(),
        answer(op),
        op.call(),
        op.isCertain() ? OptionalLong.of(op.returned()) : OptionalLong.empty(),
        op.status());
  }

  private Answer answer(KeyOp op) {
    if (!op.isCertain()) {
      return Answer.NONE;
    }
    return switch (op.kind()) {
      case PUT, APPEND -> Answer.NONE;
      case GET -> new Answer.Read(values.value(op.answer()));
      case DELETE, CAS -> Answer.of(op.answer() == KeyOp.YES);
    };
  }

  private int answer(Answer answer) {
    if (answer instanceof Answer.Read read) {
      return values.read(read.value());
    }
    return answer instanceof Answer.Flag flag && flag.yes() ? KeyOp.YES : KeyOp.NO;
  }
}
