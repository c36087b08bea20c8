/** Questions, streams and frames between processes; the only hand-written home of gRPC. */
package io.flotilla.base.rpc;
