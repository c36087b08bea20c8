package io.flotilla.sim.history;

/**
 * Facts about the recording itself (seed, workload, version), opaque to every check.
 *
 * @param json one JSON object on one line
 */
public record MetaLine(String json) implements HistoryLine {
  public MetaLine {
    if (json.indexOf('\n') >= 0 || json.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("meta must stand on one line");
    }
  }
}
