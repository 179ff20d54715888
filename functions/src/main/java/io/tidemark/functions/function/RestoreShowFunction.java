package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.volume.Volumes;
import java.util.List;
import java.util.Optional;

/// One restore, with its progress; by the volume of its snapshot and its number there.
@FunctionBean("restore-show")
public final class RestoreShowFunction implements ApiFunction {
  /// An outcome further away from its beginning is not looked for.
  private static final long EVENTS_LOOKED_THROUGH = 64;

  private final OpenRepository opened;

  RestoreShowFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    String name = PathParameters.volume(call);
    long number = call.path().value("hold", RestoreShowFunction::number).orElseThrow();
    Repository repository = opened.of(call);
    RepositoryState volumes = repository.journal().read().state();
    NamedVolume volume = Volumes.find(volumes, name);
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume.id());
    Reading<VolumeEvent, VolumeState> reading = journal.read();
    Hold hold = reading.state().holds().get(number);
    if (hold != null && hold.restore().isPresent()) {
      Optional<Beat> beat = new Beats(repository, volume.id(), number).read();
      return Answer.ok(
          shown(
              volumes,
              hold.snapshot(),
              hold.restore().get(),
              number,
              beat.isPresent() ? ShownRestore.RUNNING : ShownRestore.WAITING,
              Optional.empty(),
              beat));
    }
    return ended(volumes, volume, number, journal, reading.number());
  }

  private static Answer ended(
      RepositoryState volumes,
      NamedVolume volume,
      long number,
      Journal<VolumeEvent, VolumeState> journal,
      long newest) {
    List<Journal.Numbered<VolumeEvent>> events =
        number > newest
            ? List.of()
            : journal.events(number, Math.min(newest, number + EVENTS_LOOKED_THROUGH));
    Optional<VolumeEvent.Held> held =
        events.stream()
            .filter(event -> event.number() == number)
            .map(Journal.Numbered::event)
            .filter(VolumeEvent.Held.class::isInstance)
            .map(VolumeEvent.Held.class::cast)
            .findFirst();
    if (held.flatMap(VolumeEvent.Held::restore).isEmpty()) {
      throw new ProblemException(
          Problem.of(
              Status.NOT_FOUND,
              "UNKNOWN_RESTORE",
              "There is no restore " + number + " of a snapshot of " + volume.name(),
              "hold"));
    }
    Optional<String> outcome =
        events.stream()
            .map(Journal.Numbered::event)
            .filter(VolumeEvent.Released.class::isInstance)
            .map(VolumeEvent.Released.class::cast)
            .filter(released -> released.hold() == number)
            .map(VolumeEvent.Released::outcome)
            .findFirst();
    return Answer.ok(
        shown(
            volumes,
            held.get().snapshot(),
            held.get().restore().orElseThrow(),
            number,
            ShownRestore.ENDED,
            outcome,
            Optional.empty()));
  }

  private static ShownRestore shown(
      RepositoryState volumes,
      SnapshotId snapshot,
      Hold.Restore restore,
      long number,
      String state,
      Optional<String> outcome,
      Optional<Beat> beat) {
    Optional<NamedVolume> target =
        VolumeId.isValid(restore.target())
            ? volumes.find(new VolumeId(restore.target()))
            : Optional.empty();
    return new ShownRestore(
        snapshot.text(),
        target.map(NamedVolume::name).orElse(""),
        restore.target(),
        number,
        state,
        outcome,
        beat.map(ShownProgress::of));
  }

  private static long number(String text) {
    if (!text.matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException("'hold' is not a number of 1 or more");
    }
    return Long.parseLong(text);
  }
}
