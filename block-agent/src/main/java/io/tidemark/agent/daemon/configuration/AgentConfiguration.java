package io.tidemark.agent.daemon.configuration;

import io.tidemark.agent.quiesce.QuiesceStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an agent is told. Whatever is left open, the environment says.
///
/// @param repository `s3://BUCKET/PREFIX`
/// @param endpoint of the store
/// @param region of the store
/// @param host name under which this host's volumes are known
/// @param state folder of locks, notes and caches
/// @param credentials from the file of secrets, by the names that the environment has for them;
///   never shown
/// @param steps that hold writers still, by the names that requests have for them
/// @param pools folders in which new volumes are made, by name
/// @param stopWithin how long work under way may go on when the agent is to stop
public record AgentConfiguration(
    Optional<String> repository,
    Optional<String> endpoint,
    Optional<String> region,
    Optional<String> host,
    Optional<Path> state,
    Map<String, String> credentials,
    List<VolumeSetting> volumes,
    SequencedMap<String, QuiesceStep> steps,
    SortedMap<String, Path> pools,
    LimitSettings limits,
    PollingSettings polling,
    ListenerSettings listener,
    Duration stopWithin) {
  public AgentConfiguration {
    credentials = Map.copyOf(credentials);
    volumes = List.copyOf(volumes);
    steps = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(steps));
    pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
  }

  /// The setting of a volume, by its name.
  public Optional<VolumeSetting> volume(String name) {
    return volumes.stream().filter(volume -> volume.name().text().equals(name)).findFirst();
  }

  /// The pools whose folder is not there now; restores to them fail.
  public SortedMap<String, Path> poolsWithoutFolder() {
    SortedMap<String, Path> missing = new TreeMap<>(pools);
    missing.values().removeIf(Files::isDirectory);
    return missing;
  }

  /// Says nothing secret.
  @Override
  public String toString() {
    return "AgentConfiguration[repository=" + repository + ", host=" + host + "]";
  }
}
