package io.flotilla.raft.core;

/**
 * Entries that a peer needs and that are no longer in memory; the answer goes to {@link
 * RaftCore#fetched}. All of them are committed, so what is read cannot change meanwhile.
 *
 * @param peer who needs them
 * @param fromIndex first one wanted; the answer starts there or is empty
 * @param toIndexExclusive the answer may end before it
 * @param maxBytes bound on the answer; one larger entry still comes alone
 */
public record FetchRequest(int peer, long fromIndex, long toIndexExclusive, int maxBytes) {}
