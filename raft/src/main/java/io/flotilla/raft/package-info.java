/** Contracts of consensus for many groups; nothing here knows what a key is. */
package io.flotilla.raft;
