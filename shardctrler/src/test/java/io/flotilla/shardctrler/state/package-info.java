/** Tests. */
package io.flotilla.shardctrler.state;
