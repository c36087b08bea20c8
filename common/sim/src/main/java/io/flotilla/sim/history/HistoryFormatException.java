package io.flotilla.sim.history;

import java.io.IOException;

/** A line that is no line of a history: which one, and what is wrong with it. */
public final class HistoryFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long lineNumber;

  HistoryFormatException(long lineNumber, String reason) {
    super("line " + lineNumber + ": " + reason);
    this.lineNumber = lineNumber;
  }

  /** The number of the bad line; the first line is 1. */
  public long lineNumber() {
    return lineNumber;
  }
}
