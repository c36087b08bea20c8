/** What every command of the shell shares: its streams, exit codes, failures and common options. */
package io.flotilla.deploy.shell;
