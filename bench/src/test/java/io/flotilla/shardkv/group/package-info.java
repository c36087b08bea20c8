/**
 * The exhaustive model of moves: the real rules of groups and of the controller, side by side. It
 * stands here because this is the one room that sees both, and in the groups' package because the
 * rules it breaks on purpose are no business of anybody else.
 */
package io.flotilla.shardkv.group;
