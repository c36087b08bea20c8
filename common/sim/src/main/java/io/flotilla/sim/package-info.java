/**
 * A whole cluster in one thread from one seed: simulated time, disks, network and faults.
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(seed, FaultPlan.drawn(new SplittableRandom(seed)));
 * SimNode node = simulation.node("n1");
 * Disk disk = node.disk();                                       // outlives crashes
 * EventLoop loop = node.loop("main");                            // these belong to one life
 * Wire wire = simulation.network().wire(node, "n1:7001");
 * simulation.afterEveryEvent(() -> Check.that(leadersOfOneTerm() <= 1, "two leaders"));
 * simulation.runFor(1_000_000_000);
 * node.crash(true);                                              // true: power loss
 * node.restart(() -> boot(node));
 * simulation.runUntil(() -> hasLeader(), 5_000_000_000L);
 * }</pre>
 */
package io.flotilla.sim;
