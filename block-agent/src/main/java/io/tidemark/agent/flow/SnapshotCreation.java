package io.tidemark.agent.flow;

import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.system.HostLock;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;

/// Makes a snapshot of a volume of this host for somebody who waits for it. Whatever stops it, it
/// ends its session in the journal, or says that it could not.
public final class SnapshotCreation {
  private final Workshop with;

  public SnapshotCreation(Workshop with) {
    this.with = with;
  }

  /// What is wanted.
  public record Request(
      NamedVolume volume,
      Label label,
      LiveConsent consent,
      FullScans fullScans,
      QuiesceWish quiesce) {}

  /// Makes the snapshot and returns it READY.
  ///
  /// @throws Refused when nothing may be made now; nothing was changed
  /// @throws SourceException when the volume cannot be had; nothing was changed
  /// @throws StoreException.UnknownOutcome when nobody can say whether there is a snapshot now
  /// @throws FlowException.NotMade when the session was begun, and ended without a snapshot
  public Snapshot run(Request request) throws IOException, FlowException {
    NamedVolume volume = request.volume();
    with.refuseOtherHost(volume);
    try (HostLock _ = with.host().lock(with.repository(), volume);
        Work work =
            with.open(
                volume,
                request.consent(),
                request.fullScans(),
                request.quiesce(),
                Work.Asker.USER)) {
      try {
        return new Attempt(with, work, begin(request, work)).run();
      } catch (ParentUnreadable _) {
        return new Attempt(with, work, begin(request, work)).run();
      }
    } catch (ParentUnreadable e) {
      throw e.why();
    }
  }

  private SnapshotSession begin(Request request, Work work) throws IOException {
    Repository repository = with.repository();
    ThisHost host = with.host();
    Token token = Token.random(repository.writer().random());
    host.note(repository, work.volume(), token);
    try {
      return SnapshotSession.begin(
          repository,
          new NewSnapshot(
              work.volume().id(), request.label(), Origin.MANUAL, work.begunAt(), host.name()),
          work.parents(),
          token);
    } catch (Refused e) {
      host.forget(repository, work.volume(), token);
      throw e;
    }
  }
}
