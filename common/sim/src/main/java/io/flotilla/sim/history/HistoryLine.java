package io.flotilla.sim.history;

/** One line of a history. Immutable, any thread. */
public sealed interface HistoryLine permits Operation, InitLine, FaultLine, MetaLine {}
