package io.flotilla.deploy.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.flotilla.base.check.Check;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.GrpcServerHost;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcHandler;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.rpc.StreamHandler;
import io.flotilla.internal.v1.Ctrl;
import io.flotilla.internal.v1.Move;
import io.flotilla.internal.v1.NodeOuterClass;
import io.flotilla.v1.ControllerOuterClass;
import io.flotilla.v1.KvOuterClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a node's client port answers now. The port knows every declared method from the moment it
 * opens, but who serves a method changes: an unborn node answers little more than {@code Hello}, a
 * born one refuses {@code Init}, and roles come when the log is recovered.
 *
 * <p>Binding replaces what was bound. A declared method that nobody serves yet is UNAVAILABLE,
 * which proves to the caller that nothing happened. Any thread.
 */
final class Switchboard implements RpcServer {
  /** Everything that may be asked on a client port. */
  static final List<FileDescriptor> FILES =
      List.of(
          KvOuterClass.getDescriptor(),
          ControllerOuterClass.getDescriptor(),
          NodeOuterClass.getDescriptor(),
          Move.getDescriptor(),
          Ctrl.getDescriptor());

  /** Plain calls that one node passes on to another, as the bytes they came in. */
  private static final String PASSED_ON = "flotilla.internal.v1.Kv/Execute";

  private static final Set<String> KNOWN = known();

  private final Map<String, RpcHandler> handlers = new ConcurrentHashMap<>();
  private final Map<String, StreamHandler> streams = new ConcurrentHashMap<>();

  @Override
  public void bind(String method, RpcHandler handler) {
    requireKnown(method);
    handlers.put(method, handler);
  }

  @Override
  public void bindStream(String method, StreamHandler handler) {
    requireKnown(method);
    streams.put(method, handler);
  }

  /** Makes {@code port} answer every declared method from here. */
  void connect(GrpcServerHost port) {
    for (FileDescriptor file : FILES) {
      port.describe(file);
      for (ServiceDescriptor service : file.getServices()) {
        service.getMethods().forEach(method -> connect(port, method));
      }
    }
    port.bind(PASSED_ON, this::handle);
  }

  private void connect(GrpcServerHost port, MethodDescriptor method) {
    String name = nameOf(method);
    if (method.isClientStreaming() || method.isServerStreaming()) {
      port.bindStream(name, stream -> accept(name, stream));
    } else {
      port.bind(name, this::handle);
    }
  }

  /** The port learns its methods before it opens: one nobody declared would never be called. */
  private static void requireKnown(String method) {
    Check.that(KNOWN.contains(method), "%s is not declared", method);
  }

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(List.of(PASSED_ON));
    for (FileDescriptor file : FILES) {
      for (ServiceDescriptor service : file.getServices()) {
        service.getMethods().forEach(method -> known.add(nameOf(method)));
      }
    }
    return known;
  }

  private static String nameOf(MethodDescriptor method) {
    return method.getService().getFullName() + "/" + method.getName();
  }

  private void handle(Call call, RpcReply reply) {
    RpcHandler handler = handlers.get(call.method());
    if (handler == null) {
      reply.fail(
          new RpcFailure(
              RpcFailure.Code.UNAVAILABLE, "this node does not serve " + call.method() + " now"));
    } else {
      handler.handle(call, reply);
    }
  }

  private RpcStream.Listener accept(String method, RpcStream stream) {
    StreamHandler handler = streams.get(method);
    if (handler == null) {
      stream.close();
      return Deaf.LISTENER;
    }
    return handler.accept(stream);
  }

  /** Hears what comes on a stream that was refused. */
  private enum Deaf implements RpcStream.Listener {
    LISTENER;

    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      taken.run();
    }

    @Override
    public void onReady() {}

    @Override
    public void onClosed(RpcFailure reason) {}
  }
}
