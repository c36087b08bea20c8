package io.flotilla.deploy.cli;

import io.flotilla.base.rpc.GrpcServerHost;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.deploy.shell.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A short command played to an empty server in the same process, so that the JVM sees the classes
 * which a start needs and can write them to its archive. Run by the start script, once a build.
 */
public final class Rehearsal {
  private Rehearsal() {}

  /** Plays and ends; what the command answers does not matter. */
  public static void main(String[] arguments) throws IOException {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Shell shell = new Shell(InputStream.nullInputStream(), nowhere, nowhere, Map.of(), false);
    try (GrpcServerHost server = new GrpcServerHost("127.0.0.1", 0, RpcLimits.DEFAULT)) {
      server.open();
      String endpoint = server.address();
      new CommandTree(shell).run("get", "--endpoints", endpoint, "--timeout", "300ms", "key");
      new CommandTree(shell).run("put", "--endpoints", endpoint, "--timeout", "50ms", "key", "v");
      new CommandTree(shell).run("ctl", "status", "--endpoints", endpoint, "--timeout", "50ms");
    }
  }
}
