package io.flotilla.deploy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Node 1 calls node 2 through its door. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class RelayTest {
  private static final int SILENCE_MILLIS = 100;

  private ServerSocket second;
  private Relay relay;
  private Socket caller;
  private Socket called;

  @BeforeEach
  void connect() throws IOException {
    second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Map<Integer, Integer> ports = new TreeMap<>(Map.of(second.getLocalPort(), 2));
    try (ServerSocket first = new ServerSocket(0)) {
      ports.put(first.getLocalPort(), 1);
    }
    relay = new Relay(ports);
    caller = call();
    called = second.accept();
    assertThat(line(caller)).startsWith("HTTP/1.1 200");
    assertThat(line(caller)).isEmpty();
  }

  @AfterEach
  void close() throws IOException {
    relay.close();
    second.close();
    caller.close();
    called.close();
  }

  @Test
  void bytesGoBothWays() throws IOException {
    say(caller, "there");
    assertThat(line(called)).isEqualTo("there");
    say(called, "back");
    assertThat(line(caller)).isEqualTo("back");
  }

  @Test
  void cutDirectionCarriesNothingUntilItIsHealed() throws IOException {
    relay.cut(1, 2);
    say(caller, "there");
    say(called, "back");
    assertThat(line(caller)).isEqualTo("back");
    called.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> line(called)).isInstanceOf(SocketTimeoutException.class);
    relay.heal();
    called.setSoTimeout(0);
    assertThat(line(called)).isEqualTo("there");
  }

  @Test
  void nobodyIsConnectedAcrossACut() throws IOException {
    relay.cut(2, 1);
    try (Socket again = call()) {
      again.setSoTimeout(SILENCE_MILLIS);
      assertThatThrownBy(() -> line(again)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void endOfOneSideIsTheEndOfTheOther() throws IOException {
    caller.close();
    assertThat(called.getInputStream().read()).isEqualTo(-1);
  }

  private Socket call() throws IOException {
    String door =
        relay.options(1).stream()
            .filter(option -> option.startsWith("-Dflotilla.relay="))
            .findFirst()
            .orElseThrow();
    int port = Integer.parseInt(door.substring(door.lastIndexOf(':') + 1));
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    String target = "127.0.0.1:" + second.getLocalPort();
    say(socket, "CONNECT " + target + " HTTP/1.1\r\nhost: " + target + "\r\n\r");
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String line(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = socket.getInputStream().read();
        next >= 0 && next != '\n';
        next = socket.getInputStream().read()) {
      line.append((char) next);
    }
    return line.toString().trim();
  }
}
