/**
 * What clients saw, line by line: the operations, faults and initial values of one recording.
 *
 * <p>A history is read and written as JSON lines over {@code java.io} streams, so the same code
 * serves files and the simulator. Whether a history is right is judged in {@code history.check}.
 */
package io.flotilla.sim.history;
