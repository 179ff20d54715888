package io.tidemark.agent.flow;

import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.source.SourceException;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.WishesCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Steps that this host offers to requests. A request names them and cannot say what they do: who
/// may ask for snapshots may not run programs here.
///
/// @param named by the names that requests have for them
/// @param usual for requests that name none; empty for those that `volume add` noted
public record HostSteps(Map<String, QuiesceStep> named, Optional<List<QuiesceStep>> usual) {
  public static final HostSteps NONE = new HostSteps(Map.of(), Optional.empty());

  public HostSteps {
    named = Map.copyOf(named);
    usual = usual.map(List::copyOf);
  }

  /// What an entry of the journal wishes.
  ///
  /// @throws SourceException.NotQuiesced when it names a step that there is not
  QuiesceWish wish(NamedVolume volume, Entry entry, List<QuiesceStep> noted)
      throws SourceException {
    List<String> wanted;
    try {
      wanted = WishesCodec.decode(entry.more()).quiesce();
    } catch (MalformedException e) {
      throw new SourceException.NotQuiesced(
          volume.source(), "the request's steps cannot be read: " + e.getMessage() + ".", e);
    }
    if (wanted.isEmpty()) {
      return new QuiesceWish(usual.orElse(noted), Optional.empty());
    }
    List<QuiesceStep> steps = new ArrayList<>();
    for (String name : wanted) {
      QuiesceStep step = named.get(name);
      if (step == null) {
        throw new SourceException.NotQuiesced(
            volume.source(),
            "the agent's configuration has no step '"
                + name
                + "' any more. Name another one, or put it back under 'steps'.",
            null);
      }
      steps.add(step);
    }
    return new QuiesceWish(steps, Optional.empty());
  }
}
