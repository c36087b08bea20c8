/**
 * What a group of shards does with a committed command: rules over shard states and rows, and the
 * state machine that feeds them from the log.
 */
package io.flotilla.shardkv.group;
