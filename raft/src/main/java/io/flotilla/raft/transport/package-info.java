/** Raft messages as bytes: one frame for each peer and turn, whatever the number of groups. */
package io.flotilla.raft.transport;
