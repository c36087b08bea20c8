package io.flotilla.deploy.shell;

import io.flotilla.client.ClientConfig;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Option;

/** A command that talks to a cluster as any client does. */
public abstract class ClientCommand extends FlotillaCommand {
  /** Where a cluster is looked for when nobody says. */
  public static final String ENDPOINT_DEFAULT = "127.0.0.1:7101";

  /** The variable that names endpoints. */
  public static final String ENDPOINTS_VARIABLE = "FLOTILLA_ENDPOINTS";

  /** The client ends its calls itself; waiting longer than that would hide a defect. */
  private static final long GRACE_SECONDS = 5;

  @Option(
      names = "--endpoints",
      split = ",",
      paramLabel = "HOST:PORT",
      description =
          "Client ports of any nodes, separated by commas; else FLOTILLA_ENDPOINTS, else "
              + ENDPOINT_DEFAULT
              + ".")
  private List<String> endpoints = new ArrayList<>();

  @Option(
      names = "--timeout",
      converter = Durations.class,
      paramLabel = "DURATION",
      description = "How long a call may take, retries included (default 10s, at most 1h).")
  private Duration timeout = Duration.ofSeconds(10);

  protected ClientCommand(Shell shell) {
    super(shell);
  }

  /** Does the work; the exit code is one of {@link Exit}. */
  protected abstract int run(FlotillaClient client) throws IOException;

  @Override
  public final Integer call() throws IOException {
    try (FlotillaClient client = FlotillaClient.connect(config())) {
      return run(client);
    }
  }

  /** How long a call may take. */
  protected final Duration timeout() {
    return timeout;
  }

  /** The client's configuration as the options and the environment have it. */
  protected final ClientConfig config() {
    return ClientConfig.of(endpoints()).withDeadline(timeout);
  }

  /** The nodes to ask. */
  protected final List<String> endpoints() {
    if (!endpoints.isEmpty()) {
      return endpoints;
    }
    String named = shell().env().getOrDefault(ENDPOINTS_VARIABLE, "");
    return named.isBlank() ? List.of(ENDPOINT_DEFAULT) : List.of(named.trim().split("\\s*,\\s*"));
  }

  /** The result of a call of the client, or its failure, thrown. */
  protected final <T> T await(CompletableFuture<T> call) {
    try {
      return call.get(timeout.toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof FlotillaException known) {
        throw known;
      }
      throw new IllegalStateException(failure.getCause());
    } catch (TimeoutException late) {
      throw CommandFailure.of(Exit.UNKNOWN, "the client gave no answer within its deadline");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of(Exit.UNKNOWN, "interrupted");
    }
  }
}
