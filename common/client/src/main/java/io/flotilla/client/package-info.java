/**
 * The client: routes each call to the leader of its shard's group, retries under one operation id
 * until there is an answer or the deadline has passed, and tells "did not happen" from "unknown".
 */
package io.flotilla.client;
