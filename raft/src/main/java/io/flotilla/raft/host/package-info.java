/**
 * Drives the cores of one node's groups: owns the order in which things are persisted, sent and
 * applied, and none of the rules.
 */
package io.flotilla.raft.host;
