package io.tidemark.local;

import static java.util.Objects.requireNonNull;

import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.restore.RestoreTarget;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Somebody who asks for snapshots and restores by the use cases that functions have, and looks
/// into the journals.
final class Requester implements AutoCloseable {
  private final S3ObjectStore store;
  private final Repository repository;

  Requester(Map<String, String> environment, RandomGenerator random) {
    store =
        S3ObjectStore.open(
            S3Settings.fromEnvironment(
                S3Location.parse(requireNonNull(environment.get("TIDEMARK_REPOSITORY"))),
                environment));
    Backoff backoff =
        new JitteredBackoff(
            random, Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofMinutes(1));
    repository =
        Repository.open(
            store,
            new Journal.Writer(
                "requester",
                InstantSource.system(),
                random,
                new SettledCreate(store, backoff),
                backoff));
  }

  SnapshotId snapshot(String volume, Duration howLate) {
    RepositoryState state = repository.journal().read().state();
    return new SnapshotRequests(repository)
        .request(
            state,
            new SnapshotRequest(
                Volumes.find(state, volume), Label.NONE, Optional.empty(), howLate, Wishes.NONE),
            Optional.empty())
        .id();
  }

  void restore(SnapshotId snapshot, RestoreTarget target, Duration howLate) {
    new RestoreRequests(repository)
        .request(
            repository.journal().read().state(),
            new Snapshots(repository).find(snapshot),
            target,
            howLate,
            Optional.empty());
  }

  boolean knows(String volume) {
    return repository.journal().read().state().find(volume).isPresent();
  }

  String source(String volume) {
    return new Volumes(repository).find(volume).source();
  }

  VolumeState state(String volume) {
    return repository.journal(new Volumes(repository).find(volume).id()).read().state();
  }

  Phase phase(String volume, SnapshotId snapshot) {
    return state(volume).find(snapshot).map(Entry::phase).orElseThrow();
  }

  /// How the restores of a volume's snapshots ended.
  List<String> outcomes(String volume) {
    Journal<VolumeEvent, VolumeState> journal =
        repository.journal(new Volumes(repository).find(volume).id());
    return journal.events(1, journal.newestNumber()).stream()
        .map(Journal.Numbered::event)
        .filter(VolumeEvent.Released.class::isInstance)
        .map(event -> ((VolumeEvent.Released) event).outcome())
        .toList();
  }

  @Override
  public void close() {
    store.close();
  }
}
