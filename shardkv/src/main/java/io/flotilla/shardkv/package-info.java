/** Data groups: replicated shards of keys, their sessions, and their moves. */
package io.flotilla.shardkv;
