package io.flotilla.deploy.server;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Hands records of java.util.logging to slf4j; by itself the JDK prints them. Any thread. */
final class JavaLogging extends Handler {
  private JavaLogging() {}

  /** From now on to the logs of the process. */
  static void forward() {
    silence();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.INFO);
    root.addHandler(new JavaLogging());
  }

  /** From now on nowhere. */
  static void silence() {
    LogManager.getLogManager().reset();
  }

  @Override
  public void publish(LogRecord event) {
    String name = String.valueOf(event.getLoggerName());
    String message = String.valueOf(event.getMessage());
    if (event.getLevel().intValue() >= Level.SEVERE.intValue()) {
      LoggerFactory.getLogger(name).error(message, event.getThrown());
    } else if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
      LoggerFactory.getLogger(name).warn(message, event.getThrown());
    } else {
      LoggerFactory.getLogger(name).debug(message, event.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
