package io.flotilla.deploy.playground;

import com.google.errorprone.annotations.FormatMethod;
import io.flotilla.bench.drill.StepCost;
import io.flotilla.deploy.shell.Shell;
import java.util.Locale;

/** What the demo prints: a line as soon as there is something to say. */
final class DemoReport {
  private final Shell shell;

  DemoReport(Shell shell) {
    this.shell = shell;
  }

  @FormatMethod
  void line(String format, Object... arguments) {
    shell.out().println(String.format(Locale.ROOT, format, arguments));
    shell.out().flush();
  }

  void head(int clients) {
    line("%d clients read and write all the time:", clients);
    line(
        "%-62s %7s %8s %18s %7s %8s %9s",
        "step", "seconds", "ops", "without service ms", "errors", "unknown", "p99 ms");
  }

  void step(String name, StepCost cost) {
    line(
        "%-62s %7.1f %8d %18.0f %7d %8d %9.1f",
        name,
        cost.seconds(),
        cost.operations(),
        cost.withoutServiceMillis(),
        cost.errors(),
        cost.unknown(),
        cost.p99Millis());
  }
}
