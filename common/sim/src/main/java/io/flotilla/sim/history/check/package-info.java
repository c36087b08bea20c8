/**
 * Judges a history: is there one order of all operations that explains every answer and respects
 * real time (Herlihy and Wing's linearizability), and did every append happen exactly once?
 *
 * <p>Keys are judged one by one (locality: a history is linearizable if each key's is). A key goes
 * the cheapest exact road: append-only keys by the order their reads show ({@code AppendOrder}),
 * keys whose written values are all different by chains of values ({@code ValueChains}), whatever
 * is left by search over single operations ({@code PlainJobs}). Both latter end in one search, that
 * of Wing and Gong with Lowe's memory of dead ends ({@code JobSearch}).
 */
package io.flotilla.sim.history.check;
