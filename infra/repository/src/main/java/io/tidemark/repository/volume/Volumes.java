package io.tidemark.repository.volume;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Adds, finds and removes the volumes of a repository.
public final class Volumes {
  private final Repository repository;

  public Volumes(Repository repository) {
    this.repository = repository;
  }

  /// Adds a volume: its own journal first, then its name.
  ///
  /// @param host on which it is
  /// @param source what it is there, a path
  /// @throws Refused when the name is taken
  public NamedVolume add(VolumeName name, String host, String source, ChunkSize chunkSize) {
    requireFree(name, repository.journal().read().state());
    return name(open(name, chunkSize), name, host, source);
  }

  /// Gives a volume that is there its name; does nothing when it has one.
  ///
  /// @throws Refused when the name is taken
  public NamedVolume name(VolumeId volume, VolumeName name, String host, String source) {
    Appended<RepositoryState, NamedVolume> appended =
        repository
            .journal()
            .append(
                reading -> {
                  Optional<NamedVolume> taken =
                      reading.state().find(volume).or(() -> reading.state().find(name.text()));
                  return taken.isPresent()
                      ? Decision.leave(taken.get())
                      : Decision.append(
                          new RepositoryEvent.Named(
                              volume, name.text(), host, source, new TreeMap<>(), More.NONE));
                });
    NamedVolume found = appended.outcome(state -> state.find(volume).orElseThrow());
    if (!found.id().equals(volume)) {
      // Nobody will ever find the journal that was opened for the name.
      close(volume);
      throw taken(found);
    }
    return found;
  }

  /// All open volumes, in the order they were added.
  public List<NamedVolume> list() {
    return repository.journal().read().state().volumes().values().stream()
        .filter(volume -> volume.life() == Life.OPEN)
        .toList();
  }

  /// All volumes, closed ones whose packs are not all collected yet included.
  public List<NamedVolume> listWithClosed() {
    return List.copyOf(repository.journal().read().state().volumes().values());
  }

  /// The open volume with that name or id.
  ///
  /// @throws Refused when there is none
  public NamedVolume find(String nameOrId) {
    return find(repository.journal().read().state(), nameOrId);
  }

  /// The open volume with that name or id in a state at hand.
  ///
  /// @throws Refused when there is none
  public static NamedVolume find(RepositoryState state, String nameOrId) {
    Optional<NamedVolume> found =
        VolumeId.isValid(nameOrId)
            ? state.find(new VolumeId(nameOrId)).filter(volume -> volume.life() == Life.OPEN)
            : state.find(nameOrId);
    return found.orElseThrow(() -> unknown(nameOrId));
  }

  private static Refused unknown(String nameOrId) {
    return new Refused(
        Reason.UNKNOWN_VOLUME, "There is no volume '" + nameOrId + "'. See: tidemark volume list");
  }

  /// Removes a volume without snapshots: closes its journal, then frees its name.
  ///
  /// @throws Refused while it has snapshots, trashed ones and running ones too, or holds
  public void remove(NamedVolume volume) {
    Appended<VolumeState, VolumeState> closed = close(volume.id());
    if (closed instanceof Appended.Left<VolumeState, VolumeState>(VolumeState state)
        && state.life() == VolumeState.Life.OPEN) {
      throw notEmpty(volume, state);
    }
    unname(volume.id());
  }

  /// Takes a volume's name, whose journal is closed; does nothing when it has none.
  public void unname(VolumeId volume) {
    repository
        .journal()
        .<VolumeId>append(
            reading -> {
              Optional<NamedVolume> now = reading.state().find(volume);
              return now.isPresent() && now.get().life() == Life.OPEN
                  ? Decision.append(new RepositoryEvent.Unnamed(volume, More.NONE))
                  : Decision.leave(volume);
            });
  }

  /// Closes a journal unless it is in use.
  private Appended<VolumeState, VolumeState> close(VolumeId volume) {
    return repository
        .journal(volume)
        .append(
            reading ->
                reading.state().life() == VolumeState.Life.CLOSED || isInUse(reading.state())
                    ? Decision.leave(reading.state())
                    : Decision.append(new VolumeEvent.Closed(More.NONE)));
  }

  /// Changes where a volume is and what it is there, or its tags; nothing when it is so already.
  ///
  /// @param change of the volume's host, source and tags; the rest counts for nothing
  /// @throws Refused when the volume is gone
  public NamedVolume describe(VolumeId volume, UnaryOperator<Description> change) {
    Appended<RepositoryState, NamedVolume> described =
        repository
            .journal()
            .append(
                reading -> {
                  NamedVolume now =
                      reading
                          .state()
                          .find(volume)
                          .filter(found -> found.life() == Life.OPEN)
                          .orElseThrow(() -> unknown(volume.text()));
                  Description old = new Description(now.host(), now.source(), now.tags());
                  Description next = change.apply(old);
                  return next.equals(old)
                      ? Decision.leave(now)
                      : Decision.append(
                          new RepositoryEvent.Described(
                              volume, next.host(), next.source(), next.tags(), More.NONE));
                });
    return described.outcome(state -> state.find(volume).orElseThrow());
  }

  /// What may change of a volume.
  public record Description(String host, String source, SortedMap<String, String> tags) {
    public Description {
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
  }

  private VolumeId open(VolumeName name, ChunkSize chunkSize) {
    while (true) {
      VolumeId volume = VolumeId.random(repository.writer().random());
      Appended<VolumeState, VolumeId> opened =
          repository
              .journal(volume)
              .append(
                  reading ->
                      reading.number() == 0
                          ? Decision.append(
                              new VolumeEvent.Opened(volume, name.text(), chunkSize, More.NONE))
                          : Decision.leave(volume));
      if (opened instanceof Appended.Event<VolumeState, VolumeId>) {
        return volume;
      }
    }
  }

  /// Refuses a name that an open volume has.
  ///
  /// @throws Refused with what it is
  public static void requireFree(VolumeName name, RepositoryState state) {
    Optional<NamedVolume> taken = state.find(name.text());
    if (taken.isPresent()) {
      throw taken(taken.get());
    }
  }

  private static Refused taken(NamedVolume taken) {
    return new Refused(
        Reason.VOLUME_EXISTS,
        "There is a volume '"
            + taken.name()
            + "' already: "
            + taken.id()
            + ", "
            + taken.source()
            + " on "
            + taken.host()
            + ". Choose another name, or use that one.");
  }

  private static boolean isInUse(VolumeState state) {
    return !state.holds().isEmpty()
        || state.entries().values().stream()
            .anyMatch(entry -> !(entry.phase() instanceof Phase.Failed));
  }

  private static Refused notEmpty(NamedVolume volume, VolumeState state) {
    List<String> left =
        state.entries().values().stream()
            .filter(entry -> !(entry.phase() instanceof Phase.Failed))
            .map((Entry entry) -> entry.snapshot() + " (" + entry.phase().word() + ")")
            .toList();
    return new Refused(
        Reason.VOLUME_NOT_EMPTY,
        "The volume '"
            + volume.name()
            + "' still has "
            + left.size()
            + " snapshots and "
            + state.holds().size()
            + " holds: "
            + String.join(", ", left.stream().limit(10).toList())
            + (left.size() > 10 ? " …" : "")
            + ". Delete them first: tidemark snapshot delete --now SNAPSHOT…");
  }
}
