/** Loads, drills and whole-cluster simulation: the one room that sees every module. */
package io.flotilla.bench;
