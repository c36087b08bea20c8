package io.flotilla.sim;

/** Kinds of disk calls that can be made to fail or to be the last one of a life. */
public enum IoKind {
  /** Reading a range, or mapping a file. */
  READ("disk read"),
  /** Writing a range. */
  WRITE("disk write"),
  /** Making contents durable. */
  SYNC("disk sync"),
  /** Changing a length: preallocate, truncate. */
  LENGTH("disk length"),
  /** Creating, linking, renaming or deleting a name. */
  NAME("disk name"),
  /** Making names durable. */
  DIR_SYNC("disk dirsync");

  final String label;

  IoKind(String label) {
    this.label = label;
  }
}
