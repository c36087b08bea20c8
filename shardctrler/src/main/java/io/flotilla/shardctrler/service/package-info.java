/**
 * The controller as a part of a node: its replicated group, the calls it serves, and the forwarding
 * of those calls from every other node.
 */
package io.flotilla.shardctrler.service;
