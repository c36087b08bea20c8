package io.flotilla.deploy.playground;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Whether a node says of itself that it serves. One thread. */
final class Readiness {
  private static final int TIMEOUT_MILLIS = 1_000;

  private final URI page;

  Readiness(String admin) {
    this.page = URI.create("http://" + admin + "/readyz");
  }

  boolean isReady() {
    try {
      HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status == HttpURLConnection.HTTP_OK;
    } catch (IOException notYet) {
      return false;
    }
  }
}
