package io.flotilla.deploy.config;

/** Something in the configuration is wrong: one line that says where, what, and what to write. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  ConfigException(String message) {
    super(message);
  }
}
