/**
 * The whole cluster in one thread from one seed: controller, groups and clients are the production
 * classes over simulated seams, under load, faults and moves, judged at every step and at the end.
 */
package io.flotilla.bench.cluster;
