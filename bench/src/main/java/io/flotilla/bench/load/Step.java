package io.flotilla.bench.load;

/** What one operation of a load does; each counts once, however many calls it takes. */
enum Step {
  READ,
  UPDATE,
  /** Puts a key that was not there before the run. */
  INSERT,
  SCAN,
  /** Reads a key, then puts it. */
  READ_MODIFY_WRITE
}
