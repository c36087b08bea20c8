package io.flotilla.shardkv.group;

/**
 * Where things stand in the numbers that are one state of a cluster: two groups by the number of
 * their image, the controller by the number of its image, what is true of the key, what the
 * controller may hear of each move, what pieces were cut from, and the client's operations.
 */
final class World {
  static final int CONTROLLER = 2;
  static final int TRUTH = 3;
  static final int MOVES = 4;

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
    this.moves = config.moveIds();
    this.operations = config.changes().size();
  }

  int size() {
    return MOVES + 2 * moves + operations;
  }

  /** What groups have said of the move with an id. */
  int heard(long id) {
    return MOVES + (int) id - 1;
  }

  /** The images of the source that pieces of the move with an id were cut from. */
  int sources(long id) {
    return MOVES + moves + (int) id - 1;
  }

  int operation(int op) {
    return MOVES + 2 * moves + op;
  }

  /** Some bits of a number. */
  enum Field {
    /** The target has begun to take the shard in. */
    IMPORTING(0, 1),
    /** The target, in the life the move is meant for, holds everything. */
    READY(1, 1),
    TARGET_ACK(2, 1),
    SOURCE_ACK(3, 1),
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
