package io.tidemark.repository.testing;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.StoreException;
import java.util.List;
import java.util.Optional;

/// Reads snapshots by the rules of a reader: under a hold or without, every chunk checked, and
/// before anything is called damaged the journal is read again.
public final class TinyReader {
  private final Repository repository;
  private final VolumeId volume;

  /// Whether the root is held meanwhile.
  public enum Manner {
    HELD,
    BARE
  }

  /// How a reading ends.
  public sealed interface Outcome {
    /// Every byte was that of the image.
    record Right() implements Outcome {}

    /// What is missing was let go in order.
    record Deleted() implements Outcome {}

    /// Something is missing or damaged that the journal still names.
    record Damaged(StoreException why) implements Outcome {}

    /// Bytes were handed over that are not the image's.
    record Wrong(List<String> where) implements Outcome {}
  }

  public TinyReader(Repository repository, VolumeId volume) {
    this.repository = repository;
    this.volume = volume;
  }

  /// Reads all of a snapshot.
  ///
  /// @throws Refused when it is not READY
  public Outcome read(SnapshotId snapshot, Image image, Manner manner) {
    Root root = ready(repository.journal(volume).read().state(), snapshot);
    Optional<Long> hold =
        manner == Manner.HELD ? Optional.of(hold(snapshot, root)) : Optional.empty();
    try {
      hold.ifPresent(this::beat);
      List<String> wrong = image.differences(repository.store(), root);
      return wrong.isEmpty() ? new Outcome.Right() : new Outcome.Wrong(wrong);
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      VolumeState now = repository.journal(volume).read().state();
      return now.roots().contains(root) ? new Outcome.Damaged(e) : new Outcome.Deleted();
    } finally {
      hold.ifPresent(number -> new Snapshots(repository).release(volume, number, "done"));
    }
  }

  private static Root ready(VolumeState state, SnapshotId snapshot) {
    return state
        .find(snapshot)
        .filter(entry -> entry.phase() instanceof Phase.Ready)
        .flatMap(Entry::root)
        .orElseThrow(() -> new Refused(Refused.Reason.WRONG_STATE, snapshot + " is not READY"));
  }

  private long hold(SnapshotId snapshot, Root root) {
    Appended<VolumeState, VolumeState> held =
        repository
            .journal(volume)
            .append(
                reading -> {
                  Root now = ready(reading.state(), snapshot);
                  return Decision.append(
                      new VolumeEvent.Held(
                          snapshot,
                          now,
                          Hold.Kind.READER,
                          repository.writer().actor(),
                          "reading",
                          Optional.empty(),
                          More.NONE));
                });
    return switch (held) {
      case Appended.Event<VolumeState, VolumeState> event -> event.number();
      case Appended.Left<VolumeState, VolumeState> _ ->
          throw new IllegalStateException("A root is held or refused: " + root);
    };
  }

  private void beat(long hold) {
    new Beats(repository, volume, hold)
        .write(new Beat(repository.writer().clock().instant(), 1, 0, 0, 0));
  }
}
