package io.flotilla.deploy.server;

import io.flotilla.deploy.config.ServerConfig;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.shardctrler.service.ControllerConfig;
import io.flotilla.shardctrler.service.ControllerProxyRole;
import io.flotilla.shardctrler.service.ControllerRole;
import io.flotilla.shardkv.DataRole;
import java.util.ArrayList;
import java.util.List;

/** What a node is, as its configuration says; without the controller it passes its calls on. */
final class NodeAssembly {
  private NodeAssembly() {}

  static List<NodeRole> roles(ServerConfig config) {
    List<NodeRole> roles = new ArrayList<>();
    for (ServerConfig.Role role : config.roles()) {
      roles.add(
          switch (role) {
            case CONTROLLER -> new ControllerRole(ControllerConfig.DEFAULT);
            case DATA -> new DataRole();
          });
    }
    if (!config.roles().contains(ServerConfig.Role.CONTROLLER)) {
      roles.add(0, new ControllerProxyRole());
    }
    return roles;
  }
}
