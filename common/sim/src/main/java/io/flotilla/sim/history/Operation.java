package io.flotilla.sim.history;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One call of one client and how it ended.
 *
 * <p>A recorder makes the open operation when the client calls ({@link #put} and its sisters) and
 * closes it when the client hears ({@link #done} and its sisters); an operation that is never
 * closed is recorded as it is: unknown. Retries inside the client are one operation. Immutable, any
 * thread.
 *
 * @param client who asked; one operation at a time, a new name after an unknown outcome
 * @param kind what was asked
 * @param key the key
 * @param value the argument of put, append and cas
 * @param expect the expected value of a cas, empty when it expects the key to be absent
 * @param answer what was answered; {@link Answer#NONE} unless the status is ok
 * @param call when it was asked, nanoseconds of one monotonic clock
 * @param returned when the client heard, if it did
 * @param status how it ended
 */
public record Operation(
    String client,
    OpKind kind,
    String key,
    Optional<String> value,
    Optional<String> expect,
    Answer answer,
    long call,
    OptionalLong returned,
    OpStatus status)
    implements HistoryLine {

  /** Times lie within plus and minus this bound, so that sums and sentinels never overflow. */
  public static final long TIME_NANOS_MAX = Long.MAX_VALUE / 2;

  public Operation {
    require(kind.carriesValue() == value.isPresent(), kind, "value");
    require(kind == OpKind.CAS || expect.isEmpty(), kind, "expect");
    require(inBounds(call) && inBounds(returned.orElse(call)), kind, "time within bounds");
    require(returned.orElse(call) >= call, kind, "return not before its call");
    if (status == OpStatus.OK) {
      require(returned.isPresent(), kind, "return");
      require(fits(kind, answer), kind, "output");
    } else {
      require(answer instanceof Answer.None, kind, "no output unless it is ok");
    }
  }

  public static Operation get(String client, String key, long call) {
    return open(client, OpKind.GET, key, Optional.empty(), Optional.empty(), call);
  }

  public static Operation put(String client, String key, String value, long call) {
    return open(client, OpKind.PUT, key, Optional.of(value), Optional.empty(), call);
  }

  public static Operation append(String client, String key, String value, long call) {
    return open(client, OpKind.APPEND, key, Optional.of(value), Optional.empty(), call);
  }

  public static Operation delete(String client, String key, long call) {
    return open(client, OpKind.DELETE, key, Optional.empty(), Optional.empty(), call);
  }

  public static Operation cas(
      String client, String key, Optional<String> expect, String value, long call) {
    return open(client, OpKind.CAS, key, Optional.of(value), expect, call);
  }

  /** This put or append, acknowledged. */
  public Operation done(long returned) {
    return ended(OpStatus.OK, Answer.NONE, OptionalLong.of(returned));
  }

  /** This get, answered; empty when the key was absent. */
  public Operation read(Optional<String> seen, long returned) {
    return ended(OpStatus.OK, new Answer.Read(seen), OptionalLong.of(returned));
  }

  /** This cas or delete, answered: whether it changed the key. */
  public Operation answered(boolean yes, long returned) {
    return ended(OpStatus.OK, Answer.of(yes), OptionalLong.of(returned));
  }

  /** This operation, ended with the given answer. */
  public Operation ok(Answer answer, long returned) {
    return ended(OpStatus.OK, answer, OptionalLong.of(returned));
  }

  /** This operation, refused for good: it never takes effect. */
  public Operation failed(long returned) {
    return ended(OpStatus.FAIL, Answer.NONE, OptionalLong.of(returned));
  }

  /** This operation, given up on at a known time with its outcome unknown. */
  public Operation unknown(long returned) {
    return ended(OpStatus.UNKNOWN, Answer.NONE, OptionalLong.of(returned));
  }

  private Operation ended(OpStatus status, Answer answer, OptionalLong returned) {
    return new Operation(client, kind, key, value, expect, answer, call, returned, status);
  }

  private static Operation open(
      String client,
      OpKind kind,
      String key,
      Optional<String> value,
      Optional<String> expect,
      long call) {
    return new Operation(
        client,
        kind,
        key,
        value,
        expect,
        Answer.NONE,
        call,
        OptionalLong.empty(),
        OpStatus.UNKNOWN);
  }

  private static boolean fits(OpKind kind, Answer answer) {
    return switch (kind) {
      case PUT, APPEND -> answer instanceof Answer.None;
      case GET -> answer instanceof Answer.Read;
      case DELETE, CAS -> answer instanceof Answer.Flag;
    };
  }

  private static boolean inBounds(long time) {
    return -TIME_NANOS_MAX <= time && time <= TIME_NANOS_MAX;
  }

  private static void require(boolean holds, OpKind kind, String what) {
    if (!holds) {
      throw new IllegalArgumentException(kind.word() + ": needs " + what);
    }
  }
}
