/**
 * Clients that record what they saw while a cluster is changed and hurt, and the judgement of it.
 */
package io.flotilla.bench.drill;
