package io.tidemark.agent.daemon;

import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.configuration.VolumeSetting;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.util.List;
import java.util.Optional;

/// Makes a host and its volumes known. Adds what is missing, says what differs, removes nothing.
final class Registration {
  private final Repository repository;
  private final String host;
  private final AgentLog log;

  Registration(Repository repository, String host, AgentLog log) {
    this.repository = repository;
    this.host = host;
    this.log = log;
  }

  /// Twice is once.
  Host register(AgentConfiguration configuration) {
    Host registered =
        new Hosts(repository)
            .register(
                host,
                List.copyOf(configuration.pools().keySet()),
                List.copyOf(configuration.steps().keySet()),
                configuration.listener().wakeUp());
    RepositoryState state = repository.journal().read().state();
    for (VolumeSetting wanted : configuration.volumes()) {
      Optional<NamedVolume> known = state.find(wanted.name().text());
      if (known.isPresent()) {
        compare(wanted, known.get());
      } else {
        add(wanted);
      }
    }
    return registered;
  }

  private void add(VolumeSetting wanted) {
    Volumes volumes = new Volumes(repository);
    try {
      NamedVolume added =
          volumes.add(
              wanted.name(),
              host,
              wanted.source().text(),
              wanted.chunkSize().orElse(ChunkSize.DEFAULT));
      if (!wanted.tags().isEmpty()) {
        NamedVolume _ =
            volumes.describe(
                added.id(),
                old -> new Volumes.Description(old.host(), old.source(), wanted.tags()));
      }
      log.info(
          "Added the volume " + wanted.name() + ", " + wanted.source().text() + ": " + added.id());
    } catch (Refused e) {
      log.warn("The volume " + wanted.name() + " was not added. " + e.getMessage());
    }
  }

  private void compare(VolumeSetting wanted, NamedVolume known) {
    if (!known.host().equals(host)) {
      differs(wanted, "is on the host " + known.host() + " there, so nothing of it is served here");
      return;
    }
    if (!known.source().equals(wanted.source().text())) {
      differs(wanted, "is " + known.source() + " there, and that is what is read");
    }
    if (!known.tags().equals(wanted.tags())) {
      differs(wanted, "has the tags " + known.tags() + " there");
    }
    wanted
        .chunkSize()
        .ifPresent(
            size -> {
              try {
                ChunkSize fixed =
                    repository
                        .journal(known.id())
                        .read()
                        .state()
                        .volume()
                        .orElseThrow()
                        .chunkSize();
                if (!fixed.equals(size)) {
                  differs(wanted, "has chunks of " + fixed.bytes() + " bytes for ever");
                }
              } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
                log.warn("The journal of " + wanted.name() + " cannot be read. " + e.getMessage());
              }
            });
  }

  private void differs(VolumeSetting wanted, String how) {
    log.warn(
        "The volume "
            + wanted.name()
            + " of the configuration differs from the repository's: it "
            + how
            + ".");
  }
}
