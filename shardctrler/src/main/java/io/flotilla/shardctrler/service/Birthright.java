package io.flotilla.shardctrler.service;

/**
 * What the controller knows of its cluster without having decided it.
 *
 * @param cluster the cluster's id
 * @param blockLifeNanos how long the sessions of a leased block may be used
 */
record Birthright(String cluster, long blockLifeNanos) {}
