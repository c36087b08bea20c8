package io.flotilla.client;

import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.runtime.EventLoop;
import java.util.random.RandomGenerator;

/**
 * The world as one client sees it.
 *
 * @param loop owns everything mutable of the client
 * @param rpc reaches the nodes
 * @param random spreads retries
 */
public record ClientSeams(EventLoop loop, Rpc rpc, RandomGenerator random) {}
