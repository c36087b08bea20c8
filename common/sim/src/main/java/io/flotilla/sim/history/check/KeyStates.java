package io.flotilla.sim.history.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The states of a key when only few of its values matter: absent, some value, or one of those that
 * have a name; and what jobs do to them.
 */
final class KeyStates implements Transitions {
  static final int ABSENT = 0;
  static final int SOME_VALUE = 1;

  private enum Effect {
    WRITES,
    SWAPS,
    CLEARS,
    NEEDS,
    NEEDS_OTHER
  }

  private record Type(Effect effect, int from, int to) {}

  private final Map<Type, Integer> numbers = new LinkedHashMap<>();
  private final List<Type> types = new ArrayList<>();
  private final Map<Integer, Integer> names = new LinkedHashMap<>();
  private final Map<Integer, Integer> onlyExits = new LinkedHashMap<>();

  /** The state in which the key has this very value. */
  int named(int value) {
    int next = SOME_VALUE + 1 + names.size();
    Integer known = names.putIfAbsent(value, next);
    return known == null ? next : known;
  }

  int writes(int to) {
    return type(Effect.WRITES, ABSENT, to);
  }

  int swaps(int from, int to) {
    return type(Effect.SWAPS, from, to);
  }

  int clears() {
    return type(Effect.CLEARS, ABSENT, ABSENT);
  }

  int needsAbsent() {
    return type(Effect.NEEDS, ABSENT, ABSENT);
  }

  /** Needs the key to be in any state but {@code state}. */
  int needsOtherThan(int state) {
    return type(Effect.NEEDS_OTHER, state, state);
  }

  void endOnlyBy(int state, int type) {
    onlyExits.put(state, type);
  }

  /** Whether a job that needs another value cannot happen inside {@code chain}. */
  boolean keepsOutOf(int needsOther, int chain) {
    return types.get(needsOther).from == types.get(chain).to;
  }

  @Override
  public int step(int state, int number) {
    Type type = types.get(number);
    return switch (type.effect) {
      case WRITES -> type.to;
      case SWAPS -> state == type.from ? type.to : REFUSED;
      case CLEARS -> state == ABSENT ? REFUSED : ABSENT;
      case NEEDS -> state == type.from ? state : REFUSED;
      case NEEDS_OTHER -> state == type.from ? REFUSED : state;
    };
  }

  @Override
  public boolean isPure(int number) {
    Effect effect = types.get(number).effect;
    return effect == Effect.NEEDS || effect == Effect.NEEDS_OTHER;
  }

  @Override
  public boolean fitsWithin(int number) {
    return types.get(number).effect == Effect.NEEDS_OTHER;
  }

  @Override
  public int typeCount() {
    return types.size();
  }

  @Override
  public int onlyExit(int state) {
    return onlyExits.getOrDefault(state, NONE);
  }

  private int type(Effect effect, int from, int to) {
    Type type = new Type(effect, from, to);
    Integer known = numbers.putIfAbsent(type, types.size());
    if (known != null) {
      return known;
    }
    types.add(type);
    return types.size() - 1;
  }
}
