/** Commands that administer the controller: what is where, and what should be. */
package io.flotilla.deploy.ctl;
