package io.tidemark.agent.flow;

import io.tidemark.agent.cache.FingerprintFile;
import io.tidemark.agent.cache.NodeCache;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.quiesce.holding.Quiescing;
import io.tidemark.agent.source.FrozenFileSystem;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.agent.source.Opening;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What snapshots of this host's volumes are made with.
///
/// @param counts the repository's store, which counts what it is asked
public record Workshop(
    Repository repository,
    CountingObjectStore counts,
    ThisHost host,
    Limits limits,
    Pulse pulse,
    ProgressMeter meter,
    Notes notes) {

  /// Takes the instant.
  Work open(
      NamedVolume volume,
      LiveConsent consent,
      FullScans fullScans,
      QuiesceWish quiesce,
      Work.Asker asker)
      throws IOException {
    Instant begunAt = now();
    host.refuseMixture(repository, volume);
    SourceAddress address = address(volume);
    Quiescing quiescing = quiescing(volume, address, quiesce);
    VolumeView view;
    try {
      view =
          host.sources()
              .open(
                  new Opening(
                      address,
                      consent,
                      volume.id(),
                      host.folder(repository, volume),
                      quiescing,
                      notes::warn));
    } catch (IOException | RuntimeException e) {
      quiescing.close();
      throw e;
    }
    NodeCache cache;
    try {
      cache = new NodeCache(host.folder(repository, volume).resolve("nodes"));
    } catch (IOException | RuntimeException e) {
      quiescing.close();
      view.close();
      throw e;
    }
    view.remarks().forEach(notes::warn);
    StoreNodeSource store = new StoreNodeSource(repository.store(), cache);
    NodeSource nodes = cache.before(store);
    ParentSearch parents =
        new ParentSearch(opened -> fingerprints(volume, opened), view.trackedFrom(), nodes, notes);
    return new Work(
        volume,
        asker,
        fullScans,
        begunAt,
        counts.tally(),
        quiescing,
        view,
        cache,
        store,
        nodes,
        parents);
  }

  private Quiescing quiescing(NamedVolume volume, SourceAddress address, QuiesceWish wish)
      throws IOException {
    List<Path> needed = new ArrayList<>(List.of(host.folder(repository, volume)));
    List<QuiesceStep> steps = new ArrayList<>(wish.steps());
    switch (address) {
      case SourceAddress.FileOrDevice(Path path) -> {
        needed.add(path);
        if (wish.forRead().isPresent()) {
          QuiesceStep freeze = QuiesceStep.freezing(FrozenFileSystem.mountPoint(path));
          if (steps.stream().noneMatch(step -> step.what().equals(freeze.what()))) {
            steps.add(freeze);
          }
        }
      }
      case SourceAddress.Qemu qemu -> needed.add(qemu.scratch());
      case SourceAddress.Nbd _ -> {}
    }
    try {
      return Quiescing.of(new QuiesceWish(steps, wish.forRead()), needed);
    } catch (QuiesceException e) {
      throw new SourceException.NotQuiesced(address.text(), String.valueOf(e.getMessage()), e);
    }
  }

  private static SourceAddress address(NamedVolume volume) throws SourceException {
    try {
      return SourceAddress.parse(volume.source());
    } catch (IllegalArgumentException e) {
      throw new SourceException.NotAVolume(
          volume.source(), e.getMessage() + ". A newer Tidemark may know it.");
    }
  }

  FingerprintFile fingerprints(NamedVolume volume, VolumeState.Opened opened) {
    try {
      return new FingerprintFile(
          host.folder(repository, volume).resolve("fingerprints"),
          repository.info().id(),
          volume.id(),
          opened.chunkSize());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void refuseOtherHost(NamedVolume volume) {
    if (!volume.host().equals(host.name())) {
      throw new Refused(
          Refused.Reason.OTHER_HOST,
          "The volume "
              + volume.name()
              + " is "
              + volume.source()
              + " on the host "
              + volume.host()
              + ", and this is "
              + host.name()
              + ". Run this there; or, if this is that host under a new name, set TIDEMARK_HOST="
              + volume.host());
    }
  }

  /// Drops this host's notes of a session that has ended.
  void forget(NamedVolume volume, SnapshotSession session) throws IOException {
    host.forget(repository, volume, session.token());
    host.forgetServing(repository, volume, session.snapshot());
  }

  /// By this host's clock.
  Instant now() {
    return repository.writer().clock().instant();
  }
}
