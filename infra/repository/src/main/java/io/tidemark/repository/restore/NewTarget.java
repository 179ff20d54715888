package io.tidemark.repository.restore;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.volume.Volumes;
import java.util.TreeMap;

/// The new volume that a restore goes into: its journal and the hold in it come first, its name
/// when nothing can begin a snapshot of it any more.
record NewTarget(Repository repository, VolumeId id, RestoreTarget.NewVolume wanted, Host host) {
  /// As it will be.
  NamedVolume unnamed() {
    return new NamedVolume(
        id,
        wanted.name().text(),
        host.name(),
        RestoreRequests.source(wanted.pool()),
        new TreeMap<>(),
        RepositoryState.Life.OPEN,
        1,
        More.NONE);
  }

  /// Makes its event 1 and its hold, as far as they are not there: no snapshot of it begins before
  /// it is restored.
  ///
  /// @return the number of the hold
  long hold(ChunkSize chunkSize, VolumeEvent.Held held) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(id);
    journal.<VolumeState>append(
        reading ->
            reading.number() == 0
                ? Decision.append(
                    new VolumeEvent.Opened(id, wanted.name().text(), chunkSize, More.NONE))
                : Decision.leave(reading.state()));
    Appended<VolumeState, Long> appended =
        journal.append(
            reading ->
                reading
                    .state()
                    .restoreHold()
                    .<Decision.Choice<VolumeEvent, Long>>map(hold -> Decision.leave(hold.number()))
                    .orElseGet(() -> Decision.append(held)));
    return switch (appended) {
      case Appended.Event<VolumeState, Long> event -> event.number();
      case Appended.Left<VolumeState, Long>(Long number) -> number;
    };
  }

  /// Gives it its name.
  ///
  /// @throws io.tidemark.repository.Refused when another volume has that by now
  NamedVolume name() {
    return new Volumes(repository)
        .name(id, wanted.name(), host.name(), RestoreRequests.source(wanted.pool()));
  }

  /// Undoes its making when nothing will be restored into it.
  void withdraw(long hold) {
    new Snapshots(repository).release(id, hold, "refused");
    repository
        .journal(id)
        .<VolumeState>append(
            reading ->
                reading.state().life() == VolumeState.Life.OPEN
                        && reading.state().holds().isEmpty()
                        && reading.state().entries().isEmpty()
                    ? Decision.append(new VolumeEvent.Closed(More.NONE))
                    : Decision.leave(reading.state()));
    new Volumes(repository).unname(id);
  }
}
