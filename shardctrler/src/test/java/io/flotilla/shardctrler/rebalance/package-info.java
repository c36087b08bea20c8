/** Tests. */
package io.flotilla.shardctrler.rebalance;
