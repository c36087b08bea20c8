/** The rows of one data group on one node: tables in memory over immutable sorted checkpoints. */
package io.flotilla.shardkv.store;
