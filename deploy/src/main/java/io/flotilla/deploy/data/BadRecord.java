package io.flotilla.deploy.data;

/** A line that cannot be imported, and why. */
final class BadRecord extends Exception {
  private static final long serialVersionUID = 1;

  BadRecord(String why) {
    super(why);
  }
}
