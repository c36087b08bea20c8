package io.flotilla.deploy.ctl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.Table;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** One version of the map. */
@Command(
    name = "query",
    description =
        "Map version N: target, owner and epoch of every shard. -1 or too high: the latest"
            + " (default); 0: the empty map.")
final class QueryCommand extends ListingCommand {
  @Parameters(paramLabel = "N", arity = "0..1", defaultValue = "-1")
  private long version = -1;

  QueryCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    ShardMap map = await(client.admin().query(version));
    if (isJson()) {
      printJson(map);
      return Exit.DONE;
    }
    shell().out().println("map version " + map.version());
    for (GroupMembers group : map.groups().values()) {
      shell()
          .out()
          .printf(
              "group %d on nodes %s%n",
              group.gid(),
              String.join(
                  ",", group.nodes().stream().map(each -> String.valueOf(each.node())).toList()));
    }
    Table table = new Table("shard", "target", "owner", "epoch");
    for (int shard = 0; shard < map.shardCount(); shard++) {
      ShardEntry entry = map.shard(shard);
      table.row(shard, entry.target(), entry.owner(), entry.epoch());
    }
    print(table);
    return Exit.DONE;
  }

  private void printJson(ShardMap map) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(shell().out())) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeNumberField("version", map.version());
      json.writeArrayFieldStart("groups");
      for (GroupMembers group : map.groups().values()) {
        json.writeStartObject();
        json.writeNumberField("gid", group.gid());
        json.writeArrayFieldStart("nodes");
        for (NodeAddress node : group.nodes()) {
          json.writeNumber(node.node());
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("shards");
      for (int shard = 0; shard < map.shardCount(); shard++) {
        ShardEntry entry = map.shard(shard);
        json.writeStartObject();
        json.writeNumberField("shard", shard);
        json.writeNumberField("target", entry.target());
        json.writeNumberField("owner", entry.owner());
        json.writeNumberField("epoch", entry.epoch());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    shell().out().println();
  }
}
