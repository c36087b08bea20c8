/**
 * The situations in which consensus is usually explained, played on the production core in
 * simulation: step by step, log table by log table, with the reason for each outcome.
 */
package io.flotilla.bench.lab;
