/**
 * What a data node answers: client calls with admission and parking, commands and pieces of moves.
 */
package io.flotilla.shardkv.service;
