/** What replicas of one group say to each other, and which of it is worth listening to. */
package io.flotilla.raft.core.message;
