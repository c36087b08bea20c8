/** Where shards should be, and which of them to move now: pure functions of their arguments. */
package io.flotilla.shardctrler.rebalance;
