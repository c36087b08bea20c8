/**
 * The client library: routes each key to the group that owns its shard and makes retries harmless.
 */
package io.flotilla.client;
