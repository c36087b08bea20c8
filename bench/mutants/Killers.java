import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.flotilla.bench.cluster.SeedRunner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs test classes, then whole-cluster seeds, until one is red, and says which. */
final class Killers {
  private static final int SEEDS = 400;

  /** Seeds tried before the tests: they are what a reader believes most. */
  private static final int SEEDS_FIRST = 20;

  private Killers() {}

  public static void main(String[] tests) throws Exception {
    seeds(1, SEEDS_FIRST);
    Launcher launcher = LauncherFactory.create();
    for (String name : tests) {
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request()
              .selectors(selectClass(Class.forName(name)))
              .build(),
          listener);
      for (TestExecutionSummary.Failure failure : listener.getSummary().getFailures()) {
        red(simple(name) + ", " + failure.getTestIdentifier().getDisplayName());
      }
    }
    seeds(SEEDS_FIRST + 1, SEEDS);
  }

  private static void seeds(long from, long to) {
    for (long seed = from; seed <= to; seed++) {
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      SeedRunner runner = new SeedRunner(new PrintStream(printed, true, StandardCharsets.UTF_8));
      try {
        runner.run(seed, seed, () -> false);
      } catch (RuntimeException | Error broken) {
        red("seed " + seed + ": " + broken);
      }
      if (runner.failed() > 0) {
        String first = printed.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
        red(first.length() > 120 ? first.substring(0, 120) : first);
      }
    }
  }

  private static void red(String what) {
    System.out.println("RED " + what);
    System.out.flush();
    Runtime.getRuntime().halt(1);
  }

  private static String simple(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
