package io.flotilla.client;

import com.google.protobuf.ByteString;

/**
 * A value and when it last changed.
 *
 * @param value the bytes
 * @param version the shard's modification counter at the key's last change; it only grows, moves
 *     with the shard, and serves as a fencing token
 */
public record VersionedValue(ByteString value, long version) {}
