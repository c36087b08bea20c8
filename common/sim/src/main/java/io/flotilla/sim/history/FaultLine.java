package io.flotilla.sim.history;

import java.util.OptionalLong;

/**
 * A fault that was injected while clients ran; it explains a history and never changes its verdict.
 *
 * @param what what was done to the cluster, in words
 * @param call when it began, nanoseconds of the history's clock
 * @param returned when it was healed, if it was
 */
public record FaultLine(String what, long call, OptionalLong returned) implements HistoryLine {}
