package io.flotilla.shardctrler.state;

import java.util.List;

/** What applying a {@link CtrlCommand} answers. */
public sealed interface CtrlResult {
  /**
   * It holds.
   *
   * @param version of the map that holds the change
   * @param warnings one line each, for people
   */
  record Changed(long version, List<String> warnings) implements CtrlResult {
    public Changed {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * It makes no sense now, and nothing has changed.
   *
   * @param reason one line for people
   */
  record Refused(String reason) implements CtrlResult {}

  /** A block of session ids is reserved. */
  record Leased(long block) implements CtrlResult {}
}
