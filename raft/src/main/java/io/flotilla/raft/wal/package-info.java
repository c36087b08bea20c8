/** The write-ahead log of a node: every group's entries and promises, one sync for all of them. */
package io.flotilla.raft.wal;
