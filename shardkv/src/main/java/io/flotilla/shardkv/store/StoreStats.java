package io.flotilla.shardkv.store;

/**
 * How large a store is.
 *
 * @param rows rows; one that was overwritten or removed since the last checkpoint may count until
 *     the next
 * @param liveBytes bytes of keys and values, with the same reservation
 * @param overlayBytes estimated heap of what no checkpoint holds yet
 * @param diskBytes bytes of the tables of all checkpoints in force or pinned; one being written
 *     counts from the moment it is in force
 */
public record StoreStats(long rows, long liveBytes, long overlayBytes, long diskBytes) {}
