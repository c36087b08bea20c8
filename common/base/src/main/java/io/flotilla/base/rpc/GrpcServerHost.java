package io.flotilla.base.rpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.flotilla.base.check.Check;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One listening port: the methods bound to it, and gRPC's standard health service.
 *
 * <p>Bind, {@link #open}, and {@link #close} from one thread. Handlers run on the network threads.
 * Bounds: {@link RpcLimits}; whoever breaks them is answered or cut off, and nobody else notices.
 */
public final class GrpcServerHost implements RpcServer, AutoCloseable {
  private static final long RESET_WINDOW_SECONDS = 30;
  private static final long PERMITTED_KEEP_ALIVE_SECONDS = 5;
  private static final long CLOSE_MILLIS_MAX = 300;

  private final String host;
  private final int port;
  private final RpcLimits limits;
  private final TreeMap<String, RpcHandler> handlers = new TreeMap<>();
  private final TreeMap<String, StreamHandler> streamHandlers = new TreeMap<>();
  private final List<FileDescriptor> files = new ArrayList<>();
  private final HealthStatusManager health = new HealthStatusManager();
  private boolean reflecting;
  private Optional<Server> server = Optional.empty();

  /** A host that will listen on {@code host:port}; port 0 takes any free one. */
  public GrpcServerHost(String host, int port, RpcLimits limits) {
    this.host = host;
    this.port = port;
    this.limits = limits;
    serving(false);
  }

  @Override
  public void bind(String method, RpcHandler handler) {
    bindOnce(handlers, method, handler);
  }

  @Override
  public void bindStream(String method, StreamHandler handler) {
    bindOnce(streamHandlers, method, handler);
  }

  /**
   * Says how the services of {@code file} are declared. A streaming method declared without a
   * stream of requests then goes on when its caller, having asked, closes its own direction.
   */
  public void describe(FileDescriptor file) {
    files.add(file);
  }

  /** Lets clients ask for the {@link #describe described} services by gRPC reflection. */
  public void reflect() {
    reflecting = true;
  }

  /**
   * Opens the port.
   *
   * @throws IOException with one line for the operator if it cannot be opened
   */
  public void open() throws IOException {
    Check.that(server.isEmpty(), "a host opens once");
    NettyServerBuilder builder = builder();
    new ByteServices(limits, files).build(handlers, streamHandlers).forEach(builder::addService);
    builder.addService(health.getHealthService());
    if (reflecting) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    try {
      server = Optional.of(builder.build().start());
    } catch (IOException e) {
      throw new IOException(reason(e), e);
    }
  }

  /** Where it listens, {@code host:port}, with the port that was really taken. */
  public String address() {
    return host + ":" + server.orElseThrow().getPort();
  }

  /** What the health service answers; at first false. Any thread. */
  public void serving(boolean serving) {
    health.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Stops accepting, gives calls under way a moment, then breaks them. Never blocks for long. */
  @Override
  public void close() {
    server.ifPresent(
        running -> {
          serving(false);
          running.shutdown();
          awaitEnd(running);
          running.shutdownNow();
          awaitEnd(running);
        });
  }

  /** Breaks every call and connection at once, as the end of the process would. */
  public void kill() {
    server.ifPresent(
        running -> {
          running.shutdownNow();
          awaitEnd(running);
        });
  }

  private static void awaitEnd(Server running) {
    try {
      running.awaitTermination(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> void bindOnce(Map<String, T> bound, String method, T handler) {
    Check.that(server.isEmpty(), "methods are bound before the port opens");
    Check.that(method.indexOf('/') > 0, "not a full method name: %s", method);
    boolean known = handlers.containsKey(method) || streamHandlers.containsKey(method);
    Check.that(!known, "%s is bound twice", method);
    bound.put(method, handler);
  }

  private NettyServerBuilder builder() {
    return NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
        .directExecutor()
        .maxInboundMessageSize(limits.messageBytesMax())
        .maxInboundMetadataSize(limits.metadataBytesMax())
        .maxConcurrentCallsPerConnection(limits.callsPerConnectionMax())
        .maxRstFramesPerWindow(limits.resetsMax(), (int) RESET_WINDOW_SECONDS)
        .handshakeTimeout(limits.handshakeNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTime(limits.keepAliveNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(limits.keepAliveTimeoutNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveTime(PERMITTED_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxConnectionIdle(limits.idleNanos(), TimeUnit.NANOSECONDS)
        .addTransportFilter(new CallerNames());
  }

  private String reason(IOException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    boolean taken = cause instanceof BindException || message.contains("in use");
    if (taken && message.contains("in use")) {
      return "port " + port + " on " + host + " is in use";
    }
    return "cannot listen on " + host + ":" + port + ": " + message;
  }

  /** Writes down once for each connection who is on its other end. */
  private static final class CallerNames extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      SocketAddress remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      String name =
          remote instanceof InetSocketAddress inet
              ? inet.getHostString() + ":" + inet.getPort()
              : String.valueOf(remote);
      return attributes.toBuilder().set(UnaryMethod.CALLER, name).build();
    }
  }
}
