package io.flotilla.shardkv.group;

/**
 * Where things stand in the numbers that are one state of a cluster: two groups by the number of
 * their image, the controller, what is true of the key, the moves with the pieces on the network,
 * and the client's operations.
 */
final class World {
  static final int CONTROLLER = 2;
  static final int TRUTH = 3;
  static final int MOVES = 4;

  /** Phases of a move at the controller. */
  static final int UNPLANNED = 0;

  static final int COPY = 1;
  static final int COMMITTED = 2;
  static final int ABORTED = 3;
  static final int DONE_COMMITTED = 4;
  static final int DONE_ABORTED = 5;

  /** What the client knows of an operation. */
  static final int OPEN = 0;

  static final int ANSWERED = 1;
  static final int FAILED = 2;
  static final int UNKNOWN = 3;

  /** What became of an attempt; above, it is on its way with firstIncomplete so much higher. */
  static final int UNSENT = 0;

  static final int REFUSED = 1;
  static final int UNANSWERED = 2;
  static final int DELIVERED = 3;
  static final int SENT = 4;

  private final int moves;
  private final int operations;

  World(ModelConfig config) {
    this.moves = config.moves();
    this.operations = config.changes().size();
  }

  int size() {
    return MOVES + 2 * moves + operations;
  }

  int pieces(int move) {
    return MOVES + moves + move;
  }

  int operation(int op) {
    return MOVES + 2 * moves + op;
  }

  /** Some bits of a number. */
  enum Field {
    OWNER(0, 2),
    EPOCH(2, 6),
    EXPIRE_BEFORE(8, 3),
    LEAVES(11, 1),
    PHASE(0, 3),
    FROM(3, 2),
    TO(5, 2),
    NEW_EPOCH(7, 6),
    FROM_INCARNATION(13, 1),
    TO_INCARNATION(14, 1),
    /** Which lives of the target have reported READY, a bit each. */
    READY(15, 2),
    TARGET_ACK(17, 1),
    SOURCE_ACK(18, 1),
    STATUS(0, 2),
    EXECUTED(2, 1),
    /** Was answered "expired" or "stale", which must be the last word. */
    OVER(3, 1),
    FIRST_ATTEMPT(4, 4),
    SECOND_ATTEMPT(8, 4);

    private final int shift;
    private final int mask;

    Field(int shift, int bits) {
      this.shift = shift;
      this.mask = (1 << bits) - 1;
    }

    int of(int number) {
      return number >>> shift & mask;
    }

    int set(int number, int value) {
      return number & ~(mask << shift) | (value & mask) << shift;
    }

    static Field attempt(int number) {
      return number == 0 ? FIRST_ATTEMPT : SECOND_ATTEMPT;
    }
  }

  static int[] with(int[] world, int place, int number) {
    int[] next = world.clone();
    next[place] = number;
    return next;
  }

  static int[] with(int[] world, int place, Field field, int value) {
    return with(world, place, field.set(world[place], value));
  }

  static long fingerprint(int[] world) {
    long hash = 0x9e3779b97f4a7c15L;
    for (int number : world) {
      hash = (hash ^ number) * 0xbf58476d1ce4e5b9L;
      hash ^= hash >>> 29;
    }
    hash *= 0x94d049bb133111ebL;
    return hash ^ hash >>> 32;
  }
}
