package io.flotilla.deploy.playground;

import java.io.IOException;
import java.util.List;

/** The servers of a playground, however they run. Thread-safe; after {@link #close} none runs. */
interface Servers extends AutoCloseable {
  /**
   * Starts one server and returns without waiting until it answers.
   *
   * @throws IOException with one line for the operator
   */
  void start(int node) throws IOException;

  /** Why a server that was started has ended; empty if it has not. */
  String endOf(int node);

  /** Ends a server at once, as {@code kill -9} does, and returns when it is dead. */
  void kill(int node);

  /** Process ids in node order. */
  List<Long> pids();

  /** Stops all, cleanly if they let themselves be stopped. */
  @Override
  void close();
}
