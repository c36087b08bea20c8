package io.flotilla.raft.host;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.Membership;

/**
 * What a replica is created from when its disk knows nothing of the group.
 *
 * @param id which group
 * @param initial its first membership; {@link Membership#NONE} for a replica that joins later
 */
public record GroupSpec(GroupId id, Membership initial) {}
