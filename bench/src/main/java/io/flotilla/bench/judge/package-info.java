/**
 * The rules that hold at every step of every run of a simulated cluster, one small class each.
 *
 * <p>A judge sees replicas as {@link io.flotilla.bench.judge.Sight}s and never touches them, so it
 * can be shown states that no cluster should ever be in. All of it belongs to the simulation's one
 * thread.
 */
package io.flotilla.bench.judge;
