/** Tests. */
package io.flotilla.shardctrler.move;
