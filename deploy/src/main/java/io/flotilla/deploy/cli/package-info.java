/** The command {@code flotilla}: the tree of commands, and what their failures look like. */
package io.flotilla.deploy.cli;
