package io.flotilla.shardctrler.move;

import io.flotilla.shardctrler.state.CtrlCommand;
import java.util.function.Consumer;

/** Where what should happen becomes an entry of the controller's log. */
public interface Decisions {
  /**
   * Proposes {@code command}. {@code onOver} is called once, on the loop: true if it has been
   * applied here, false if it was refused by the log or its fate is not known.
   */
  void propose(CtrlCommand command, Consumer<Boolean> onOver);
}
