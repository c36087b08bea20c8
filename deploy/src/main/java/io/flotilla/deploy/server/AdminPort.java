package io.flotilla.deploy.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.flotilla.deploy.config.HostPort;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The admin port: metrics and health over HTTP. Any thread. */
final class AdminPort implements AutoCloseable {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int NOT_NOW = 503;
  private static final int BACKLOG = 64;

  /** A request that comes in slowly, or not at all, holds a thread until its time is over. */
  private static final int THREADS_MAX = 32;

  private static final String REQUEST_SECONDS_MAX = "5";
  private static final String RESPONSE_SECONDS_MAX = "30";
  private static final long IDLE_SECONDS = 30;

  private final HttpServer server;
  private final ExecutorService threads;

  private AdminPort(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Opens the port.
   *
   * @param health what is wrong with the process or the node, asked anew each time
   * @throws IOException with one line for the operator
   */
  static AdminPort open(HostPort address, PrometheusRegistry registry, Health health)
      throws IOException {
    // The JDK's server reads these once, when its first is made; by itself it waits for ever.
    System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_SECONDS_MAX);
    System.setProperty("sun.net.httpserver.maxRspTime", RESPONSE_SECONDS_MAX);
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(address.host(), address.port()), BACKLOG);
    } catch (IOException taken) {
      throw new IOException("cannot listen on " + address + ": " + taken.getMessage(), taken);
    }
    ExecutorService threads = threads();
    server.setExecutor(threads);
    server.createContext("/metrics", new MetricsHandler(registry));
    server.createContext("/livez", exchange -> answer(exchange, "/livez", health.alive()));
    server.createContext("/readyz", exchange -> answer(exchange, "/readyz", health.ready()));
    server.createContext("/", exchange -> respond(exchange, NOT_FOUND, "not found\n"));
    server.start();
    return new AdminPort(server, threads);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void answer(HttpExchange exchange, String path, Supplier<String> problem)
      throws IOException {
    String found = problem.get();
    if (!exchange.getRequestURI().getPath().equals(path)) {
      respond(exchange, NOT_FOUND, "not found\n");
    } else {
      respond(exchange, found.isEmpty() ? OK : NOT_NOW, found.isEmpty() ? "ok\n" : found + "\n");
    }
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static ExecutorService threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS_MAX,
            THREADS_MAX,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(BACKLOG),
            AdminPort::daemon,
            new ThreadPoolExecutor.DiscardOldestPolicy());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "flotilla-admin");
    thread.setDaemon(true);
    return thread;
  }

  /** What is wrong; an empty text is good. */
  record Health(Supplier<String> alive, Supplier<String> ready) {}
}
