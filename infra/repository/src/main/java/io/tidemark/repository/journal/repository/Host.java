package io.tidemark.repository.journal.repository;

import io.tidemark.repository.format.More;
import io.tidemark.repository.key.HostId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A host whose agent serves requests.
///
/// @param name by which volumes name their host; unique
/// @param pools in which it makes new volumes, by name
/// @param steps that hold writers of its volumes still, by name; a request may want these and no
///   others
/// @param wakeUp where its agent listens for a wake-up call; empty when nobody can reach it
/// @param registeredAt by the store's clock, the first time
/// @param since number of the event that made it what it is
public record Host(
    HostId id,
    String name,
    List<String> pools,
    List<String> steps,
    Optional<String> wakeUp,
    Instant registeredAt,
    long since,
    More more) {
  public Host {
    pools = List.copyOf(pools);
    steps = List.copyOf(steps);
  }

  /// The same, as another event leaves it.
  Host with(long number, More learned) {
    return new Host(id, name, pools, steps, wakeUp, registeredAt, number, learned);
  }
}
