/** Time, execution and durable bytes: the seams that have a real and a simulated side. */
package io.flotilla.base.runtime;
