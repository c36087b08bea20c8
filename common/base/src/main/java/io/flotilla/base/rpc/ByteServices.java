package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns bound methods into gRPC's service definitions, one service a name. */
final class ByteServices {
  private final RpcLimits limits;
  private final List<FileDescriptor> files;

  ByteServices(RpcLimits limits, List<FileDescriptor> files) {
    this.limits = limits;
    this.files = files;
  }

  List<ServerServiceDefinition> build(
      Map<String, RpcHandler> handlers, Map<String, StreamHandler> streamHandlers) {
    TreeMap<String, List<BoundMethod>> services = new TreeMap<>();
    handlers.forEach(
        (name, handler) ->
            add(services, name, MethodType.UNARY, new UnaryMethod(name, handler, limits)));
    streamHandlers.forEach(
        (name, handler) ->
            add(
                services,
                name,
                MethodType.BIDI_STREAMING,
                ServerStream.method(handler, limits, asksOnce(name))));
    List<ServerServiceDefinition> definitions = new ArrayList<>();
    services.forEach((name, methods) -> definitions.add(definition(name, methods)));
    return definitions;
  }

  private static void add(
      Map<String, List<BoundMethod>> services,
      String method,
      MethodType type,
      ServerCallHandler<ByteString, ByteString> handler) {
    String service = method.substring(0, method.lastIndexOf('/'));
    services
        .computeIfAbsent(service, s -> new ArrayList<>())
        .add(new BoundMethod(ByteMethods.descriptor(method, type), handler));
  }

  private ServerServiceDefinition definition(String name, List<BoundMethod> methods) {
    ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(name);
    declared(name)
        .ifPresent(
            service -> {
              FileDescriptor file = service.getFile();
              descriptor.setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> file);
            });
    methods.forEach(method -> descriptor.addMethod(method.descriptor()));
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(method -> definition.addMethod(method.descriptor(), method.handler()));
    return definition.build();
  }

  private boolean asksOnce(String method) {
    int slash = method.lastIndexOf('/');
    return declared(method.substring(0, slash)).stream()
        .flatMap(service -> service.getMethods().stream())
        .anyMatch(m -> m.getName().equals(method.substring(slash + 1)) && !m.isClientStreaming());
  }

  private Optional<Descriptors.ServiceDescriptor> declared(String name) {
    return files.stream()
        .flatMap(file -> file.getServices().stream())
        .filter(service -> service.getFullName().equals(name))
        .findFirst();
  }

  /** A method as gRPC describes it, and who serves it. */
  private record BoundMethod(
      MethodDescriptor<ByteString, ByteString> descriptor,
      ServerCallHandler<ByteString, ByteString> handler) {}
}
