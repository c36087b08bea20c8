/** A whole cluster in one thread from one seed: simulated time, disks, network and faults. */
package io.flotilla.sim;
