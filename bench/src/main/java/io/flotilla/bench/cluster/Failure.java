package io.flotilla.bench.cluster;

import io.flotilla.sim.SimulationFailure;
import io.flotilla.sim.Trace;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was violated in a run.
 *
 * @param rule its name, in a few words: two failures with the same one are taken for the same
 * @param text the rule, the moment, the last events of the nodes concerned, and where in the code
 */
record Failure(String rule, String text) {
  private static final int LINES_SHOWN = 40;
  private static final int FRAMES_SHOWN = 14;
  private static final Pattern NODE = Pattern.compile("node[0-9]+");

  /** Describes {@code broken}, which ended a run of {@code seed} at {@code nowNanos}. */
  static Failure of(long seed, long nowNanos, Trace trace, AssertionError broken) {
    Throwable wrapped = broken instanceof SimulationFailure ? broken.getCause() : null;
    Throwable cause = wrapped == null ? broken : wrapped;
    String message =
        Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
    String rule = message.lines().findFirst().orElse("").split(":", 2)[0];
    TreeSet<String> nodes = new TreeSet<>();
    Matcher named = NODE.matcher(message);
    while (named.find()) {
      nodes.add(named.group());
    }
    if (nodes.isEmpty() && broken instanceof SimulationFailure failed) {
      nodes.add(failed.where());
    }
    List<String> events = trace.last(LINES_SHOWN, node -> nodes.isEmpty() || nodes.contains(node));
    if (events.isEmpty()) {
      events = trace.last(LINES_SHOWN, node -> true);
    }
    return new Failure(
        rule,
        String.format(
            Locale.ROOT,
            "seed %d, at %.9f s: violated %s%n  last events%s:%n  %s%s",
            seed,
            nowNanos / 1e9,
            message,
            nodes.isEmpty() ? "" : " of " + String.join(", ", nodes),
            String.join("\n  ", events),
            where(broken)));
  }

  private static String where(Throwable broken) {
    StringBuilder frames = new StringBuilder();
    for (Throwable at = broken; at != null; at = at.getCause()) {
      frames.append("\n").append(at.getClass().getName());
      StackTraceElement[] stack = at.getStackTrace();
      for (int frame = 0; frame < Math.min(FRAMES_SHOWN, stack.length); frame++) {
        frames.append("\n    at ").append(stack[frame]);
      }
    }
    return frames.toString();
  }
}
