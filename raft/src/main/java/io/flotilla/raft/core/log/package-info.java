/** The log as the core sees it: hard state and what else only the core needs. */
package io.flotilla.raft.core.log;
