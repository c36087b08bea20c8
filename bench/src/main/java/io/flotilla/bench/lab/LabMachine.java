package io.flotilla.bench.lab;

import io.flotilla.raft.Entry;

/** What a group of a scenario replicates. */
interface LabMachine {
  /** Remembers nothing: for scenarios that look at logs only. */
  LabMachine NOTHING =
      new LabMachine() {
        @Override
        public String apply(Entry command) {
          return "";
        }

        @Override
        public String state() {
          return "";
        }
      };

  /** Applies a command and answers it. */
  String apply(Entry command);

  /** Its state, for people. */
  String state();
}
