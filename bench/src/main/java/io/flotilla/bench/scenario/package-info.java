/**
 * Situations that a whole simulated cluster is brought into on purpose, each with what must hold.
 */
package io.flotilla.bench.scenario;
