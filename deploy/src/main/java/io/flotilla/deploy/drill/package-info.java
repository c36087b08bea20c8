/** Drills from the command line: which, on which cluster, and what their verdict means. */
package io.flotilla.deploy.drill;
