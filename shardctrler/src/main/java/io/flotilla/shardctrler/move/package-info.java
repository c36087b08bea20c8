/**
 * Drives moves from the controller's leader: what to tell which group is a pure function of the
 * log's state, telling it is idempotent, and what groups answer becomes commands of the log.
 */
package io.flotilla.shardctrler.move;
