/** How keys map to slots, slots to shards, and shards to groups. */
package io.flotilla.base.shard;
