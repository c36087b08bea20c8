package io.flotilla.shardkv.group;

/**
 * What the state machine answers to a client's operation. It is recorded with the session, so it is
 * small by construction and carries no value.
 *
 * @param kind what happened
 * @param version the key's version afterwards, 0 if it is absent; always 0 for deletes and limits
 */
public record Answer(Kind kind, long version) {
  /** What happened. The codes are part of the format of session rows and never change. */
  public enum Kind {
    /** Put or append took effect. */
    WRITTEN(1),
    /** Delete took a key away. */
    DELETED(2),
    /** Delete found nothing. */
    NOT_FOUND(3),
    /** Compare-and-set took effect. */
    SWAPPED(4),
    /** Compare-and-set found something else. */
    NOT_SWAPPED(5),
    /** Put-if-version took effect. */
    STORED(6),
    /** Put-if-version found another version. */
    NOT_STORED(7),
    /** The key is empty or too long. */
    KEY_LIMIT(8),
    /** The value, or what an append would make of it, is too long. */
    VALUE_LIMIT(9);

    private static final Kind[] BY_CODE = byCode();

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static boolean isCode(int code) {
      return code >= 1 && code < BY_CODE.length;
    }

    static Kind ofCode(int code) {
      return BY_CODE[code];
    }

    private static Kind[] byCode() {
      Kind[] kinds = new Kind[values().length + 1];
      kinds[0] = WRITTEN;
      for (Kind kind : values()) {
        kinds[kind.code] = kind;
      }
      return kinds;
    }
  }

  static Answer of(Kind kind) {
    return new Answer(kind, 0);
  }
}
