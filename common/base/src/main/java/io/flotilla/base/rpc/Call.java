package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;

/**
 * One question as its receiver sees it.
 *
 * @param method full method name, {@code package.Service/Method}
 * @param request serialised request
 * @param remainingNanos what the asker still waits, counted from arrival
 * @param caller the asker's address as far as known, for logs and limits only
 */
public record Call(String method, ByteString request, long remainingNanos, String caller) {}
