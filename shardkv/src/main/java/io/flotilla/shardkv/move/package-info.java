/**
 * A shard on its way from one group to another: what the source's leader sends when, and how both
 * groups come to know what the controller wants.
 */
package io.flotilla.shardkv.move;
