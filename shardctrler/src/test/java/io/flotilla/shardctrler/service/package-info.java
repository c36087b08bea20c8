/** Tests. */
package io.flotilla.shardctrler.service;
