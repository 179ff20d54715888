package io.tidemark.agent.flow;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import java.io.IOException;

/// Ends the sessions that earlier processes of this host left standing.
final class DeadSessions {
  private DeadSessions() {}

  /// Ends all of a volume but `own`: whoever has the volume's lock knows that they have no process.
  ///
  /// @param own number of the caller's session
  static void end(Workshop with, NamedVolume volume, VolumeState seen, long own)
      throws IOException {
    Repository repository = with.repository();
    ThisHost host = with.host();
    for (Entry entry : seen.entries().values()) {
      if (entry.phase() instanceof Phase.Creating creating
          && creating.session() != own
          && host.began(repository, volume, creating)
          // Else whoever serves the request goes on with it.
          && !host.isServing(repository, volume, entry.snapshot())) {
        with.notes()
            .step("Ending " + entry.snapshot() + ", whose process died. It was never a snapshot.");
        repository
            .journal(volume.id())
            .<VolumeState>append(
                reading ->
                    reading
                            .state()
                            .find(entry.snapshot())
                            .filter(still -> still.phase().equals(creating))
                            .isPresent()
                        ? Decision.append(
                            new VolumeEvent.Removed(
                                entry.snapshot(), "its process is gone", More.NONE))
                        : Decision.leave(reading.state()));
        host.forget(repository, volume, creating.token());
      }
    }
  }
}
