package io.flotilla.sim.history;

/**
 * The value a key had before recording began; a key without such a line was absent.
 *
 * @param key the key
 * @param value its value before the first recorded operation
 */
public record InitLine(String key, String value) implements HistoryLine {}
