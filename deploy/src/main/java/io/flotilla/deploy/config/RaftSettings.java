package io.flotilla.deploy.config;

import io.flotilla.raft.RaftConfig;
import java.util.Optional;

/** How the groups of a node behave, from a profile and what is set beside it. */
final class RaftSettings {
  private static final int HEARTBEATS_MIN = 3;

  private final Settings settings;

  RaftSettings(Settings settings) {
    this.settings = settings;
  }

  RaftConfig config() throws ConfigException {
    RaftConfig base = profile();
    long heartbeat = settings.nanos(Keys.HEARTBEAT, base.heartbeatNanos());
    long electionMin = base.electionMinNanos();
    long electionMax = base.electionMaxNanos();
    Optional<Setting> election = settings.find(Keys.ELECTION);
    if (election.isPresent()) {
      String[] ends = election.get().text().split("-", -1);
      if (ends.length != 2) {
        throw election.get().wrong("'raft.election' must be a range as in 400ms-800ms");
      }
      electionMin = Settings.nanos(election.get(), ends[0]);
      electionMax = Settings.nanos(election.get(), ends[1]);
    }
    String where =
        election.or(() -> settings.find(Keys.HEARTBEAT)).map(Setting::where).orElse("raft.profile");
    if (heartbeat <= 0) {
      throw new ConfigException(where + ": 'raft.heartbeat' must be above 0");
    }
    if (electionMax <= electionMin) {
      throw new ConfigException(where + ": 'raft.election' must grow, as in 400ms-800ms");
    }
    if (electionMin < HEARTBEATS_MIN * heartbeat) {
      throw new ConfigException(
          where + ": 'raft.election' must begin at 3 times 'raft.heartbeat' or more");
    }
    return new RaftConfig(
        heartbeat,
        electionMin,
        electionMax,
        base.maxEntriesPerMessage(),
        base.maxBytesPerMessage(),
        base.maxInflightMessages(),
        base.maxInflightBytes(),
        settings.bytes(Keys.UNCOMMITTED, base.maxUncommittedBytes()),
        settings.bytes(Keys.LOG_TAIL, base.tailBytes()),
        settings.bytes(Keys.CHECKPOINT_LOG, base.checkpointLogBytes()),
        settings.number(Keys.WAITING_READS, 1, base.maxWaitingReads()));
  }

  private RaftConfig profile() throws ConfigException {
    Optional<Setting> found = settings.find(Keys.PROFILE);
    if (found.isEmpty()) {
      return RaftConfig.DEFAULT;
    }
    return switch (found.get().text()) {
      case "default" -> RaftConfig.DEFAULT;
      case "fast" -> RaftConfig.FAST;
      default ->
          throw found
              .get()
              .wrong("'%s' is not a profile: default and fast are", found.get().text());
    };
  }
}
