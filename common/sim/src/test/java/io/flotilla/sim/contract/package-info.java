/** What every side of a seam must do: one abstract class a seam, one subclass a world. */
package io.flotilla.sim.contract;
