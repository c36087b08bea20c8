package io.flotilla.client;

/**
 * The answer to a versioned put.
 *
 * @param stored whether the version matched and the value was stored
 * @param version the key's version now; 0 if it is absent
 */
public record PutResult(boolean stored, long version) {}
