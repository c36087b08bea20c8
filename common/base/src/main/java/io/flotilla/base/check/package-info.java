/** Always-on assertions: a broken invariant stops the node, in production as in tests. */
package io.flotilla.base.check;
