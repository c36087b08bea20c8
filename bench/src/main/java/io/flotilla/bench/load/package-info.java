/**
 * Drives a cluster with a chosen mix of operations and says how many were answered, and how soon.
 */
package io.flotilla.bench.load;
