package io.flotilla.deploy.ctl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.Table;
import io.flotilla.v1.GroupStatusMessage;
import io.flotilla.v1.StatusResponse;
import java.io.IOException;
import picocli.CommandLine.Command;

/** The cluster at a glance. */
@Command(
    name = "status",
    description = "The cluster, its controller's leader, and each group's leader and positions.")
final class StatusCommand extends ListingCommand {
  StatusCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    StatusResponse status = await(client.admin().status());
    if (isJson()) {
      printJson(status);
      return Exit.DONE;
    }
    shell()
        .out()
        .printf(
            "cluster %s, controller leader node %d, map version %d, %d moves under way%n",
            status.getCluster(),
            status.getControllerLeader(),
            status.getMapVersion(),
            status.getLiveMoves());
    Table table = new Table("group", "leader", "term", "commit", "applied", "shards", "nodes");
    for (GroupStatusMessage group : status.getGroupsList()) {
      table.row(
          group.getGid(),
          group.getLeader(),
          group.getTerm(),
          group.getCommitIndex(),
          group.getAppliedIndex(),
          group.getShards(),
          group.getNodesList());
    }
    print(table);
    return Exit.DONE;
  }

  private void printJson(StatusResponse status) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(shell().out())) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("cluster", status.getCluster());
      json.writeNumberField("controller_leader", status.getControllerLeader());
      json.writeNumberField("map_version", status.getMapVersion());
      json.writeNumberField("live_moves", status.getLiveMoves());
      json.writeArrayFieldStart("groups");
      for (GroupStatusMessage group : status.getGroupsList()) {
        json.writeStartObject();
        json.writeNumberField("gid", group.getGid());
        json.writeNumberField("leader", group.getLeader());
        json.writeNumberField("term", group.getTerm());
        json.writeNumberField("commit_index", group.getCommitIndex());
        json.writeNumberField("applied_index", group.getAppliedIndex());
        json.writeNumberField("shards", group.getShards());
        json.writeArrayFieldStart("nodes");
        for (int node : group.getNodesList()) {
          json.writeNumber(node);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    shell().out().println();
  }
}
