/** A whole cluster on this machine: for trying things out, for demos, for tests. */
package io.flotilla.deploy.playground;
