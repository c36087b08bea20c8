package io.flotilla.bench.drill;

import io.flotilla.v1.JoinGroup;
import java.io.IOException;
import java.util.List;

/** The cluster that a drill is held on. Called by one thread. */
public interface DrillSite {
  /** Client addresses. */
  List<String> endpoints();

  /** Ids of the nodes whose processes may be ended and started; none on somebody else's cluster. */
  List<Integer> nodes();

  /** A group that could join under {@code gid}. */
  JoinGroup group(int gid);

  /** Ends a server at once, as {@code kill -9} does, and returns when it is dead. */
  void kill(int node) throws IOException;

  /** Lets a server stop in peace and returns when it has. */
  void stop(int node) throws IOException;

  /** Starts a server that has ended and returns when it serves. */
  void start(int node) throws IOException;

  /** Keeps a server from running, as SIGSTOP does; its connections stay open. */
  void freeze(int node) throws IOException;

  /** Lets it run again. */
  void thaw(int node) throws IOException;

  /** From now on nothing that {@code from} sends reaches {@code to}. */
  void cut(int from, int to);

  /** Every cut is healed. */
  void heal();
}
