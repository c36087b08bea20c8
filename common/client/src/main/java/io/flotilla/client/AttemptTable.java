package io.flotilla.client;

import io.flotilla.base.check.Check;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Attempts by their number, without boxing: open addressing with linear probing. Owned by the loop.
 *
 * <p>Numbers grow by one, so the number itself is as good as a hash: what is under way at one time
 * lies side by side.
 */
final class AttemptTable {
  private static final int SLOTS_MIN = 64;

  private Attempt[] slots = new Attempt[SLOTS_MIN];
  private int size;

  int size() {
    return size;
  }

  void add(Attempt attempt) {
    if (2 * (size + 1) > slots.length) {
      grow();
    }
    int at = find(attempt.id);
    Check.that(slots[at] == null, "attempt %d twice", attempt.id);
    slots[at] = attempt;
    size++;
  }

  /** Takes out the attempt of this number, if it is in. */
  Optional<Attempt> remove(long id) {
    int at = find(id);
    Attempt found = slots[at];
    if (found == null) {
      return Optional.empty();
    }
    size--;
    close(at);
    return Optional.of(found);
  }

  /** Takes out all, by ascending number. */
  List<Attempt> removeAll() {
    List<Attempt> all = new ArrayList<>(size);
    for (Attempt attempt : slots) {
      if (attempt != null) {
        all.add(attempt);
      }
    }
    all.sort(Comparator.comparingLong(attempt -> attempt.id));
    slots = new Attempt[SLOTS_MIN];
    size = 0;
    return all;
  }

  /** Where {@code id} is, or the free slot where it would be. */
  private int find(long id) {
    int at = home(id);
    while (slots[at] != null && slots[at].id != id) {
      at = (at + 1) & (slots.length - 1);
    }
    return at;
  }

  /** Frees a slot, moving up those that were pushed past it: no marker of the removed stays. */
  private void close(int freed) {
    int gap = freed;
    int at = gap;
    slots[gap] = null;
    while (true) {
      at = (at + 1) & (slots.length - 1);
      Attempt next = slots[at];
      if (next == null) {
        return;
      }
      int wayFromHome = (at - home(next.id)) & (slots.length - 1);
      int wayFromGap = (at - gap) & (slots.length - 1);
      if (wayFromHome >= wayFromGap) {
        slots[gap] = next;
        slots[at] = null;
        gap = at;
      }
    }
  }

  private void grow() {
    Attempt[] before = slots;
    slots = new Attempt[2 * before.length];
    for (Attempt attempt : before) {
      if (attempt != null) {
        slots[find(attempt.id)] = attempt;
      }
    }
  }

  private int home(long id) {
    return (int) id & (slots.length - 1);
  }
}
