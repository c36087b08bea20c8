/** What a majority, or two of them, have agreed on: pure functions. */
package io.flotilla.raft.core.quorum;
