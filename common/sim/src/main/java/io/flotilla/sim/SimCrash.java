package io.flotilla.sim;

/**
 * Unwinds the task of a node that died in the middle of it.
 *
 * <p>Not an exception, so that code which handles errors of operation does not catch it. Whoever
 * does catch it is met by it again at its next disk call.
 */
public final class SimCrash extends Error {
  private static final long serialVersionUID = 1;

  SimCrash(String node) {
    super(node + " is dead", null, false, false);
  }
}
