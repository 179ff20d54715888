package io.tidemark.agent.command;

import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.configuration.VolumeSetting;
import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.agent.quantity.TimeSpan;
import io.tidemark.agent.quiesce.QuiesceStep;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "check-config",
    description = "Read the configuration of an agent and say what it comes to; asks no store.",
    footer = {
      "",
      "Examples:",
      "  tidemark agent check-config",
      "  tidemark agent check-config --config ./agent.yaml"
    })
final class CheckConfiguration extends AgentVerb {
  @Override
  protected Answer answer(Workplace workplace) {
    AgentConfiguration configuration = read();
    workplace.fillIn(variables(configuration));
    return new Checked(
        configuration,
        workplace.variables().getOrDefault("TIDEMARK_REPOSITORY", ""),
        workplace.host());
  }

  private static String quiesce(VolumeSetting volume) {
    List<QuiesceStep> steps = volume.quiesce().orElse(List.of());
    return steps.isEmpty()
        ? ""
        : "  quiesced by " + String.join(", ", steps.stream().map(QuiesceStep::text).toList());
  }

  private record Checked(AgentConfiguration configuration, String repository, String host)
      implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          members -> {
            members.put("repository", repository).put("host", host);
            members.array(
                "volumes",
                configuration.volumes(),
                volume ->
                    members.object(
                        each ->
                            each.put("name", volume.name().text())
                                .put("source", volume.source().text())));
            members.array("steps", configuration.steps().keySet(), members::text);
            members.array("pools", configuration.pools().keySet(), members::text);
            members.array(
                "poolsWithoutFolder", configuration.poolsWithoutFolder().keySet(), members::text);
            members
                .put("atOnce", configuration.limits().atOnce())
                .put("memoryBytes", configuration.limits().memoryBytes())
                .put("port", configuration.listener().port());
          });
    }

    private String found(String pool) {
      return configuration.poolsWithoutFolder().containsKey(pool)
          ? "  (no such folder: a restore to this pool will fail; make it before)"
          : "";
    }

    @Override
    public void text(PrintWriter out) {
      out.println("repository  " + (repository.isEmpty() ? "none" : Shown.of(repository)));
      out.println("host        " + Shown.of(host));
      configuration
          .volumes()
          .forEach(
              volume ->
                  out.println(
                      "volume      "
                          + volume.name()
                          + "  "
                          + Shown.of(volume.source().text())
                          + quiesce(volume)));
      configuration
          .steps()
          .forEach((name, step) -> out.println("step        " + name + "  " + step.text()));
      configuration
          .pools()
          .forEach(
              (pool, folder) ->
                  out.println(
                      "pool        " + pool + "  " + Shown.of(folder.toString()) + found(pool)));
      out.println(
          "limits      "
              + configuration.limits().atOnce()
              + " at once, "
              + ByteCount.text(configuration.limits().memoryBytes())
              + " of memory"
              + (configuration.limits().uploadBytesPerSecond().isPresent()
                  ? ", "
                      + ByteCount.text(configuration.limits().uploadBytesPerSecond().getAsLong())
                      + " a second"
                  : ""));
      out.println(
          "polling     "
              + TimeSpan.text(configuration.polling().least())
              + " to "
              + TimeSpan.text(configuration.polling().most()));
      out.println("listener    port " + configuration.listener().port() + " on loopback");
    }
  }
}
