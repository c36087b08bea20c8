/** The controller: its replicated log is the only arbiter of who owns which shard. */
package io.flotilla.shardctrler;
