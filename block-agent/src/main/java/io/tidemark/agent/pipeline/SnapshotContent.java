package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.FingerprintWriter;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.pack.Reference;
import java.io.IOException;
import java.util.Optional;

/// A snapshot's content, all of it in the store, waiting to be committed. Closing it throws away
/// what was not to be remembered.
public final class SnapshotContent implements AutoCloseable {
  private final MapOutcome map;
  private final long sizeBytes;
  private final Counts counts;
  private final Scan scan;
  private final Optional<FingerprintWriter> fingerprints;
  private Optional<IOException> forgotten;

  SnapshotContent(
      MapOutcome map,
      long sizeBytes,
      Counts counts,
      Scan scan,
      Optional<FingerprintWriter> fingerprints,
      Optional<IOException> forgotten) {
    this.map = map;
    this.sizeBytes = sizeBytes;
    this.counts = counts;
    this.scan = scan;
    this.fingerprints = fingerprints;
    this.forgotten = forgotten;
  }

  /// The new map and pack list, or that nothing changed.
  public MapOutcome map() {
    return map;
  }

  /// Of the volume.
  public long sizeBytes() {
    return sizeBytes;
  }

  public Counts counts() {
    return counts;
  }

  /// How the volume was read.
  public Scan scan() {
    return scan;
  }

  /// Keeps the fingerprints for the next snapshot; to be called once this one is committed.
  public void remember() {
    if (fingerprints.isPresent()) {
      try {
        fingerprints.get().keep(mapId());
      } catch (IOException e) {
        forgotten = Optional.of(e);
      }
    }
  }

  /// Why the fingerprints could not be kept: the next snapshot will be slower, and nothing worse.
  public Optional<IOException> forgotten() {
    return forgotten;
  }

  private Optional<ChunkId> mapId() {
    Optional<Reference> top =
        switch (map) {
          case MapOutcome.Unchanged unchanged -> unchanged.parent().map();
          case MapOutcome.Changed changed -> changed.map();
        };
    return top.map(Reference::id);
  }

  @Override
  public void close() {
    fingerprints.ifPresent(FingerprintWriter::close);
  }
}
