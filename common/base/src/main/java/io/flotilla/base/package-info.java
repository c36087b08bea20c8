/** What every room may use: seams, assertions, shard arithmetic, metering. */
package io.flotilla.base;
