/**
 * The rules of Raft for one group as a deterministic state machine: messages and ticks go in, one
 * {@link io.flotilla.raft.core.Ready} comes out saying what must now happen.
 */
package io.flotilla.raft.core;
