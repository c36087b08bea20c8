package io.flotilla.deploy.playground;

import io.flotilla.deploy.config.ConfigException;
import io.flotilla.deploy.config.ConfigReader;
import io.flotilla.deploy.server.ServerNode;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** All servers in this process: the same nodes on the same disks and ports, one JVM. */
final class InProcessServers implements Servers {
  private final Layout layout;
  private final Shell shell;
  private final Map<Integer, ServerNode> nodes = new TreeMap<>();
  private final Map<Integer, String> ends = new ConcurrentHashMap<>();
  private boolean isClosed;

  InProcessServers(Layout layout, Shell shell) {
    this.layout = layout;
    this.shell = shell;
  }

  @Override
  public synchronized void start(int node) throws IOException {
    if (isClosed) {
      throw new IOException("the playground is stopping");
    }
    try {
      ServerNode server =
          new ServerNode(
              ConfigReader.read(layout.configFile(node), Map.of(), List.of()),
              reason -> died(node, reason));
      server.start();
      nodes.put(node, server);
    } catch (ConfigException defect) {
      throw new IOException(CommandFailure.reasonOf(defect), defect);
    }
  }

  @Override
  public String endOf(int node) {
    return ends.getOrDefault(node, "");
  }

  @Override
  public void kill(int node) {
    throw new UnsupportedOperationException("one node of a process cannot be killed");
  }

  @Override
  public List<Long> pids() {
    return List.of(ProcessHandle.current().pid());
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    new ArrayList<>(nodes.values()).forEach(ServerNode::close);
    nodes.clear();
  }

  private void died(int node, String reason) {
    ends.put(node, "node " + node + ": " + reason);
    shell.say("node %d no longer serves: %s", node, reason);
  }
}
