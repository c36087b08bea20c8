/** Commands that read and write keys, and the files they are imported from and exported to. */
package io.flotilla.deploy.data;
