package io.flotilla.deploy.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries every connection that servers open to each other, and stops carrying when told to.
 *
 * <p>Each server is started with an HTTP proxy of its own, which is a port of this class: so the
 * relay knows who calls, the CONNECT says who is called, and neither addresses nor configuration of
 * the servers change. A cut direction loses nothing at once: bytes wait as they would in a network
 * that repeats them, connections are neither refused nor closed, and whoever waits too long finds
 * out by himself. Thread-safe.
 */
public final class Relay implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int HEAD_BYTES_MAX = 8 << 10;
  private static final byte[] CONNECTED =
      "HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final Map<Integer, Integer> nodeOfPort = new TreeMap<>();
  private final Map<Integer, ServerSocket> doors = new TreeMap<>();
  private final Map<Socket, Boolean> open = new ConcurrentHashMap<>();
  private final AtomicInteger carried = new AtomicInteger();
  private final Cuts cuts = new Cuts();

  /**
   * Opens a door for each node.
   *
   * @param nodeOfPort whose port each port of the cluster is, on this machine
   */
  public Relay(Map<Integer, Integer> nodeOfPort) throws IOException {
    this.nodeOfPort.putAll(nodeOfPort);
    for (int node : nodeOfPort.values()) {
      if (!doors.containsKey(node)) {
        ServerSocket door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        doors.put(node, door);
        run("flotilla-relay-" + node, () -> accept(node, door));
      }
    }
  }

  /** What the JVM of {@code node} is to be started with. */
  public List<String> options(int node) {
    ServerSocket door = doors.get(node);
    int port = door == null ? 0 : door.getLocalPort();
    return List.of("-Dflotilla.relay=127.0.0.1:" + port);
  }

  /** How many connections between nodes have passed here. */
  public int carried() {
    return carried.get();
  }

  /** From now on nothing that {@code from} sends arrives at {@code to}. */
  public void cut(int from, int to) {
    cuts.add(from, to);
  }

  /** Everything arrives again. */
  public void heal() {
    cuts.clear();
  }

  @Override
  public void close() throws IOException {
    heal();
    for (ServerSocket door : doors.values()) {
      door.close();
    }
    for (Socket socket : List.copyOf(open.keySet())) {
      socket.close();
    }
  }

  private void accept(int node, ServerSocket door) {
    while (!door.isClosed()) {
      try {
        Socket caller = door.accept();
        open.put(caller, true);
        run("flotilla-relay-" + node + "-call", () -> connect(node, caller));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(int from, Socket caller) {
    try {
      int port = portOf(head(caller.getInputStream()));
      Integer to = nodeOfPort.get(port);
      if (to == null) {
        hangUp(caller);
        return;
      }
      // A handshake needs both directions.
      cuts.await(from, to);
      cuts.await(to, from);
      Socket called = new Socket(InetAddress.getLoopbackAddress(), port);
      open.put(called, true);
      caller.setTcpNoDelay(true);
      called.setTcpNoDelay(true);
      caller.getOutputStream().write(CONNECTED);
      carried.incrementAndGet();
      run("flotilla-relay-" + from + "-" + to, () -> pump(caller, called, from, to));
      pump(called, caller, to, from);
    } catch (IOException | NumberFormatException refused) {
      hangUp(caller);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      hangUp(caller);
    }
  }

  private void pump(Socket source, Socket sink, int from, int to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = source.getInputStream();
      OutputStream out = sink.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        cuts.await(from, to);
        out.write(buffer, 0, read);
      }
      cuts.await(from, to);
    } catch (IOException closed) {
      // One end is gone; so shall be the other.
      hangUp(source);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    hangUp(source);
    hangUp(sink);
  }

  private void hangUp(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException closed) {
      open.remove(socket);
    }
  }

  /** The head of a CONNECT, byte by byte: what follows it belongs to somebody else. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < HEAD_BYTES_MAX && head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the caller hung up");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** The port of {@code CONNECT host:port HTTP/1.1}. */
  private static int portOf(String head) throws IOException {
    String[] words = head.split(" ", 3);
    if (words.length < 3 || !words[0].equals("CONNECT")) {
      throw new IOException("not a CONNECT");
    }
    return Integer.parseInt(words[1].substring(words[1].lastIndexOf(':') + 1));
  }

  private static void run(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
