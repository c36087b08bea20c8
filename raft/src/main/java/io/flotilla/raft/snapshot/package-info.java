/**
 * Moves any state machine's checkpoint between replicas, and keeps the checkpoints of machines
 * small enough to be one blob.
 */
package io.flotilla.raft.snapshot;
