/** The birth of a cluster: its controllers learn, once, who they are. */
package io.flotilla.deploy.birth;
