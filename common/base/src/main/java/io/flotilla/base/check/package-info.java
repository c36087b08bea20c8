/** Assertions that stay on in production. */
package io.flotilla.base.check;
