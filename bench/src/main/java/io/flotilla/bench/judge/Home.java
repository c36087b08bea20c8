package io.flotilla.bench.judge;

/**
 * Where replicas live. A node that has lost its disk makes no promises of the old one, so it is
 * another home.
 *
 * @param node node id
 * @param disk how many disks the node has had, this one included
 */
public record Home(int node, int disk) implements Comparable<Home> {
  @Override
  public int compareTo(Home other) {
    int byNode = Integer.compare(node, other.node);
    return byNode != 0 ? byNode : Integer.compare(disk, other.disk);
  }
}
