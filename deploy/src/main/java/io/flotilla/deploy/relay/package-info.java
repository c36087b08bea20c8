/** Stands between the servers of one machine, so that they can be cut off from each other. */
package io.flotilla.deploy.relay;
