/**
 * What the controller replicates: nodes, groups, the shard map with its history, moves and session
 * blocks, and the deterministic rules that change them.
 */
package io.flotilla.shardctrler.state;
