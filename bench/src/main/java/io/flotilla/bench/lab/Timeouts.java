package io.flotilla.bench.lab;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** broadcast time << election timeout << mean time between failures (5.6), measured. */
final class Timeouts implements Scenario {
  private static final int TRIALS = 25;
  private static final long CALM_MILLIS = 20_000;
  private static final long DELAY_MIN = 5 * LabGroup.MILLI;
  private static final long DELAY_MAX = 40 * LabGroup.MILLI;
  private static final double LOSS = 0.15;
  private static final long[] WIDTHS_MILLIS = {0, 5, 20, 50, 150, 400};

  /**
   * One setting of the timers.
   *
   * @param medianMillis from a leader's crash to the next leader
   * @param worstMillis the longest of these
   * @param alarms followers that lost patience in a minute, while messages are slow and lost and
   *     nobody fails
   * @param elections new terms in that minute
   */
  record Setting(
      long heartbeat,
      long min,
      long max,
      long medianMillis,
      long worstMillis,
      double alarms,
      double elections) {}

  /**
   * One width of the range timeouts are drawn from.
   *
   * @param medianMillis from a leader's crash to the next leader
   * @param splits elections that needed more than one term, in percent
   */
  record Width(long widthMillis, long medianMillis, long worstMillis, long splits) {}

  /** What came out, and whether an election timeout below three heartbeats is refused. */
  record Outcome(List<Setting> settings, List<Width> widths, boolean shortIsRefused) {}

  /** How long each trial took, sorted, and how many terms went by. */
  private record Failovers(List<Long> millis, int split) {
    long median() {
      return millis.get(millis.size() / 2);
    }

    long worst() {
      return millis.get(millis.size() - 1);
    }
  }

  @Override
  public String name() {
    return "timeouts";
  }

  @Override
  public String claim() {
    return "too short elects for nothing, too long stands still, too equal collides";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options.seed());
  }

  Outcome play(Story story, long seed) {
    story.say(
        "There are two timers: a leader speaks every heartbeat, and a follower that hears nothing"
            + " for its election timeout asks for votes. Five servers; every message takes 5 to 40"
            + " ms and %d %% are lost.",
        Math.round(LOSS * 100));
    story.part("How long the timeout is");
    List<Setting> settings = new ArrayList<>();
    settings.add(setting(seed, 20, 60, 120));
    settings.add(setting(seed, 50, 150, 300));
    settings.add(setting(seed, 100, 400, 800));
    settings.add(setting(seed, 500, 2_000, 4_000));
    settings.add(setting(seed, 500, 8_000, 16_000));
    List<List<String>> rows = new ArrayList<>();
    for (Setting each : settings) {
      rows.add(
          List.of(
              each.heartbeat() + " ms",
              each.min() + "-" + each.max() + " ms",
              each.medianMillis() + " ms",
              each.worstMillis() + " ms",
              String.format(Locale.ROOT, "%.0f", each.alarms()),
              String.format(Locale.ROOT, "%.0f", each.elections())));
    }
    story.table(
        List.of(
            "heartbeat",
            "timeout",
            "without leader: median",
            "worst",
            "false alarms/min",
            "new terms/min"),
        rows);
    story.because(
        "Too short, and lost or late heartbeats look like a death; whoever is alarmed asks around"
            + " before it starts a term (pre-vote), so most alarms end there. Too long, and a real"
            + " death is a long silence. A round trip has to be small against the timeout, the"
            + " timeout small against the time between failures.");
    boolean refused = isRefused();
    story.because(
        "A timeout below three heartbeats is %s as a setting: one lost heartbeat must never be"
            + " enough.",
        refused ? "refused" : "accepted");

    story.part("How wide the range is (timeouts from 400 ms on, every message 5 to 40 ms)");
    List<Width> widths = new ArrayList<>();
    List<List<String>> lines = new ArrayList<>();
    for (long width : WIDTHS_MILLIS) {
      Failovers found = failovers(seed, config(100, 400, 800), width);
      Width each = new Width(width, found.median(), found.worst(), found.split() * 100L / TRIALS);
      widths.add(each);
      lines.add(
          List.of(
              width + " ms",
              each.medianMillis() + " ms",
              each.worstMillis() + " ms",
              each.splits() + " %"));
    }
    story.table(List.of("range", "without leader: median", "worst", "more than one term"), lines);
    story.because(
        "Narrower than a round trip, and the second one wakes before the first has its votes.");
    return new Outcome(settings, widths, refused);
  }

  private static Setting setting(long seed, long heartbeat, long min, long max) {
    CoreConfig config = config(heartbeat, min, max);
    Failovers found = failovers(seed, config, max - min);
    LabGroup group = group(seed, config);
    group.until(120_000, () -> group.leader().isPresent());
    long before = highestTerm(group);
    long alarms = group.alarms();
    group.runMillis(CALM_MILLIS);
    double minutes = CALM_MILLIS / 60_000.0;
    return new Setting(
        heartbeat,
        min,
        max,
        found.median(),
        found.worst(),
        (group.alarms() - alarms) / minutes,
        (highestTerm(group) - before) / minutes);
  }

  private static Failovers failovers(long seed, CoreConfig config, long widthMillis) {
    List<Long> millis = new ArrayList<>();
    int split = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      LabGroup group = group(seed + trial, config);
      group.replicas().forEach(replica -> replica.draws().between(0, widthMillis * LabGroup.MILLI));
      group.until(120_000, () -> group.leader().isPresent());
      group.runMillis(2 * config.electionMinNanos() / LabGroup.MILLI);
      group.until(120_000, () -> group.leader().isPresent());
      int leader = group.leader().orElseThrow();
      long term = highestTerm(group);
      group.crash(leader);
      long crashed = group.nowNanos();
      group.until(120_000, () -> group.leader().isPresent());
      millis.add((group.nowNanos() - crashed) / LabGroup.MILLI);
      split += highestTerm(group) > term + 1 ? 1 : 0;
    }
    Collections.sort(millis);
    return new Failovers(millis, split);
  }

  private static LabGroup group(long seed, CoreConfig config) {
    LabGroup group = new LabGroup(new Simulation(seed), 5, config);
    group.network(DELAY_MIN, DELAY_MAX, LOSS);
    return group;
  }

  private static long highestTerm(LabGroup group) {
    return group.replicas().stream().mapToLong(each -> each.status().term()).max().orElse(0);
  }

  private static boolean isRefused() {
    try {
      config(100, 200, 400);
      return false;
    } catch (AssertionError refused) {
      return true;
    }
  }

  private static CoreConfig config(long heartbeat, long min, long max) {
    CoreConfig usual = CoreConfig.from(RaftConfig.DEFAULT);
    return new CoreConfig(
        heartbeat * LabGroup.MILLI,
        min * LabGroup.MILLI,
        max * LabGroup.MILLI,
        usual.maxEntriesPerMessage(),
        usual.maxBytesPerMessage(),
        usual.maxInflightMessages(),
        usual.maxInflightBytes(),
        usual.maxUncommittedBytes(),
        usual.maxCommittedBytes(),
        usual.tailBytes());
  }
}
