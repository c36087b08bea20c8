/** The server process: real seams, the node on them, its ports, its metrics and its end. */
package io.flotilla.deploy.server;
