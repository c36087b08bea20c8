/** Tests of the rules of a data group and of the machine that applies them. */
package io.flotilla.shardkv.group;
