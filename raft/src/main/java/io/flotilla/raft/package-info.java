/**
 * Consensus for many groups on one node, usable alone: the contracts between raft and the state
 * machines, services and tools above it.
 */
package io.flotilla.raft;
