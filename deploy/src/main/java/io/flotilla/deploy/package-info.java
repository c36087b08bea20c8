/** The command line and the server process: assembly of the real seams, nothing else. */
package io.flotilla.deploy;
