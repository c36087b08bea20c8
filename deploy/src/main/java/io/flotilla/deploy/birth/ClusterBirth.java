package io.flotilla.deploy.birth;

import com.google.common.hash.Hashing;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.deploy.birth.Question.Answer;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.internal.v1.HelloRequest;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.internal.v1.InitRequest;
import io.flotilla.internal.v1.InitResponse;
import io.flotilla.internal.v1.Voter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Gives birth to a cluster by naming its first controllers to each of them.
 *
 * <p>The cluster id ends with a digest of everything that was agreed: voters with their stores,
 * shard count, replicas. An {@code init} that was cut off is continued by asking again with the
 * same words, and anything else that meets a node with an identity is refused. One thread.
 */
public final class ClusterBirth {
  private static final String HELLO = "flotilla.internal.v1.Node/Hello";
  private static final String INIT = "flotilla.internal.v1.Node/Init";
  private static final int SUFFIX_BITS = 24;

  private final Question question;
  private final RandomGenerator random;

  public ClusterBirth(Rpc rpc, RandomGenerator random, long timeoutNanos) {
    this.question = new Question(rpc, timeoutNanos);
    this.random = random;
  }

  /**
   * What a cluster is born with.
   *
   * @param name beginning of its id
   * @param controllers client addresses by node id
   * @param shards number of shards, for ever
   * @param replicas default replicas of a group
   */
  public record Plan(
      String name, SortedMap<Integer, String> controllers, int shards, int replicas) {
    String address(int id) {
      return controllers.getOrDefault(id, "");
    }
  }

  /** Whether all these nodes, client addresses by id, belong to one cluster already. */
  public boolean isBorn(SortedMap<Integer, String> controllers) {
    List<String> clusters =
        hellos(new Plan("", controllers, 0, 0)).values().stream()
            .map(HelloResponse::getCluster)
            .distinct()
            .toList();
    return clusters.size() == 1 && !clusters.get(0).isEmpty();
  }

  /** Carries the plan out; the result is the id of the cluster. */
  public String carryOut(Plan plan) {
    SortedMap<Integer, HelloResponse> hellos = hellos(plan);
    List<Voter> voters = new ArrayList<>();
    hellos.forEach((id, hello) -> voters.add(voter(plan, id, hello)));
    String digest = digest(voters, plan);
    String cluster = clusterId(plan, hellos, digest);
    InitRequest request =
        InitRequest.newBuilder()
            .setCluster(cluster)
            .addAllControllers(voters)
            .setShards(plan.shards())
            .setReplicas(plan.replicas())
            .build();
    Map<Integer, CompletableFuture<Answer<InitResponse>>> answers = new TreeMap<>();
    plan.controllers()
        .forEach(
            (id, address) ->
                answers.put(id, question.ask(address, INIT, request, InitResponse.parser())));
    answers.forEach((id, answer) -> requireInit(id, answer.join(), cluster));
    return cluster;
  }

  private SortedMap<Integer, HelloResponse> hellos(Plan plan) {
    Map<Integer, CompletableFuture<Answer<HelloResponse>>> answers = new TreeMap<>();
    HelloRequest request = HelloRequest.getDefaultInstance();
    plan.controllers()
        .forEach(
            (id, address) ->
                answers.put(id, question.ask(address, HELLO, request, HelloResponse.parser())));
    SortedMap<Integer, HelloResponse> hellos = new TreeMap<>();
    answers.forEach((id, answer) -> hellos.put(id, requireHello(id, plan, answer.join())));
    return hellos;
  }

  private static HelloResponse requireHello(int id, Plan plan, Answer<HelloResponse> answer) {
    String address = plan.address(id);
    if (answer instanceof Answer.Missing<HelloResponse> missing) {
      throw CommandFailure.of(
          Exit.UNAVAILABLE,
          "node %d at %s does not answer (%s); start it, then run init again",
          id,
          address,
          missing.failure().message());
    }
    HelloResponse hello = ((Answer.Given<HelloResponse>) answer).value();
    if (hello.getNode() != id) {
      throw CommandFailure.usage("%s is node %d, not node %d", address, hello.getNode(), id);
    }
    if (!hello.getController()) {
      throw CommandFailure.usage(
          "node %d has no controller role; give it the role in node.roles and restart it", id);
    }
    return hello;
  }

  private static Voter voter(Plan plan, int id, HelloResponse hello) {
    return Voter.newBuilder()
        .setNode(id)
        .setStore(hello.getStore())
        .setClient(hello.getClient().isEmpty() ? plan.address(id) : hello.getClient())
        .setPeer(hello.getPeer())
        .build();
  }

  /** The id of the birth that was cut off, if it was this one; else a new one. */
  private String clusterId(Plan plan, SortedMap<Integer, HelloResponse> hellos, String digest) {
    String found = "";
    for (Map.Entry<Integer, HelloResponse> hello : hellos.entrySet()) {
      String cluster = hello.getValue().getCluster();
      boolean isOurs = cluster.endsWith(digest) && (found.isEmpty() || found.equals(cluster));
      if (!cluster.isEmpty() && !isOurs) {
        throw CommandFailure.usage(
            "node %d already belongs to cluster %s; nothing was changed", hello.getKey(), cluster);
      }
      found = cluster.isEmpty() ? found : cluster;
    }
    if (!found.isEmpty()) {
      return found;
    }
    int suffix = random.nextInt(1 << SUFFIX_BITS);
    return String.format("%s-%06x-%s", plan.name(), suffix, digest);
  }

  private static void requireInit(int id, Answer<InitResponse> answer, String cluster) {
    if (answer instanceof Answer.Missing<InitResponse> missing) {
      boolean isRefused = missing.failure().code() == RpcFailure.Code.INVALID_ARGUMENT;
      throw CommandFailure.of(
          isRefused ? Exit.USAGE : Exit.UNKNOWN,
          "node %d did not take cluster %s (%s); run init again with the same words",
          id,
          cluster,
          missing.failure().message());
    }
  }

  /** Addresses may change between two attempts; who and how many may not. */
  private static String digest(List<Voter> voters, Plan plan) {
    StringBuilder text = new StringBuilder();
    voters.forEach(
        voter -> text.append(voter.getNode()).append('=').append(voter.getStore()).append(','));
    text.append(plan.shards()).append('/').append(plan.replicas());
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString().substring(0, 8);
  }
}
