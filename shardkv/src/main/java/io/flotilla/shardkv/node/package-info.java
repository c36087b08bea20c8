/** A data node's life: registers, opens and removes the groups the map gives it. */
package io.flotilla.shardkv.node;
