package io.tidemark.repository.journal.volume;

import io.tidemark.repository.format.More;
import io.tidemark.repository.format.MoreCodec;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Fold;
import io.tidemark.repository.journal.Transition;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.Root;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// The table «event × state» of FORMAT.md.
public final class VolumeFold implements Fold<VolumeEvent, VolumeState> {
  @Override
  public VolumeState empty() {
    return VolumeState.EMPTY;
  }

  @Override
  public Transition<VolumeState> apply(VolumeState state, EventHeader header, VolumeEvent event) {
    if (event instanceof VolumeEvent.Opened opened) {
      return opened(state, header, opened);
    }
    if (state.volume().isEmpty()) {
      return illegal("the volume was never opened");
    }
    if (state.life() == VolumeState.Life.CLOSED) {
      return illegal("the volume is closed");
    }
    return switch (event) {
      case VolumeEvent.Opened _ -> illegal("the volume is open already");
      case VolumeEvent.Requested requested -> requested(state, header, requested);
      case VolumeEvent.Begun begun -> begun(state, header, begun);
      case VolumeEvent.Committed committed -> committed(state, header, committed);
      case VolumeEvent.Failed failed -> failed(state, header, failed);
      case VolumeEvent.Removed removed -> removed(state, removed);
      case VolumeEvent.Trashed trashed -> trashed(state, header, trashed);
      case VolumeEvent.Restored restored -> restored(state, header, restored);
      case VolumeEvent.Held held -> held(state, header, held);
      case VolumeEvent.Released released -> released(state, released);
      case VolumeEvent.Described described -> described(state, described);
      case VolumeEvent.Closed closed -> closed(state, closed);
    };
  }

  /// The state after some events that nobody has appended; those that would not be legal are left
  /// out.
  public static VolumeState assume(VolumeState state, long number, List<VolumeEvent> events) {
    VolumeState after = state;
    long next = number;
    for (VolumeEvent event : events) {
      next++;
      EventHeader header =
          new EventHeader(
              next, "", new CommitId(0, 0), Instant.EPOCH, "", "", EventHeader.Critical.YES);
      if (new VolumeFold().apply(after, header, event)
          instanceof Transition.Legal<VolumeState>(VolumeState legal)) {
        after = legal;
      }
    }
    return after;
  }

  private static Transition<VolumeState> opened(
      VolumeState state, EventHeader header, VolumeEvent.Opened event) {
    if (header.number() != 1) {
      return illegal("a volume is opened by event 1");
    }
    return legal(
        new VolumeState(
            Optional.of(new VolumeState.Opened(event.volume(), event.name(), event.chunkSize())),
            VolumeState.Life.OPEN,
            state.entries(),
            state.holds(),
            event.more()));
  }

  private static Transition<VolumeState> requested(
      VolumeState state, EventHeader header, VolumeEvent.Requested event) {
    if (state.find(event.snapshot()).isPresent()) {
      return illegal(event.snapshot() + " is there already");
    }
    return added(
        state,
        new Entry(
            event.snapshot(),
            event.label(),
            event.origin(),
            event.schedule(),
            header.number(),
            header.number(),
            header.at(),
            new Phase.Requested(event.host(), event.latestInstant()),
            event.more()));
  }

  private static Transition<VolumeState> begun(
      VolumeState state, EventHeader header, VolumeEvent.Begun event) {
    if (state.restoreHold().isPresent()) {
      return illegal("the volume is being restored");
    }
    if (event.parent().isPresent() && !mayBePinned(state, event.parent().get().root())) {
      return illegal("its parent is neither READY nor held");
    }
    Phase phase = new Phase.Creating(header.number(), event.token(), event.host(), event.parent());
    Optional<Entry> entry = state.find(event.snapshot());
    if (entry.isEmpty()) {
      return added(
          state,
          new Entry(
              event.snapshot(),
              event.label(),
              event.origin(),
              Optional.empty(),
              header.number(),
              header.number(),
              event.requestedAt(),
              phase,
              event.more()));
    }
    if (!(entry.get().phase() instanceof Phase.Requested)) {
      return illegal(event.snapshot() + " is " + entry.get().phase().word());
    }
    return changed(state, header, entry.get(), phase, event.more());
  }

  private static boolean mayBePinned(VolumeState state, Root root) {
    return state.entries().values().stream()
            .anyMatch(
                entry ->
                    entry.phase() instanceof Phase.Ready(Phase.Content content)
                        && content.root().equals(root))
        || state.holds().values().stream().anyMatch(hold -> hold.root().equals(root));
  }

  private static Transition<VolumeState> committed(
      VolumeState state, EventHeader header, VolumeEvent.Committed event) {
    Optional<Entry> entry = state.find(event.snapshot());
    if (entry.isEmpty() || !(entry.get().phase() instanceof Phase.Creating creating)) {
      return illegal(event.snapshot() + " is not being created");
    }
    if (creating.session() != event.session() || !creating.token().equals(event.token())) {
      return illegal(event.snapshot() + " is being created by another session");
    }
    Root root =
        new Root(
            state.volume().orElseThrow().id(),
            event.sizeBytes(),
            event.map(),
            event.packList(),
            event.listCommit() == 0 ? header.number() : event.listCommit());
    Phase.Content content =
        new Phase.Content(
            root,
            creating.session(),
            creating.token(),
            header.number(),
            creating.parent().map(Phase.Parent::snapshot),
            creating.parent().map(Phase.Parent::commit).orElse(0L),
            header.at(),
            event.facts());
    return changed(state, header, entry.get(), new Phase.Ready(content), event.more());
  }

  private static Transition<VolumeState> failed(
      VolumeState state, EventHeader header, VolumeEvent.Failed event) {
    Optional<Entry> entry = state.find(event.snapshot());
    if (entry.isEmpty()) {
      return illegal(event.snapshot() + " is not there");
    }
    return switch (entry.get().phase()) {
      case Phase.Requested _, Phase.Creating _ -> {
        SequencedMap<SnapshotId, Entry> entries = new LinkedHashMap<>(state.entries());
        More more = MoreCodec.merged(entry.get().more(), event.more());
        entries.put(
            event.snapshot(),
            entry.get().with(new Phase.Failed(event.reason()), header.number(), more));
        List<SnapshotId> failed =
            entries.values().stream()
                .filter(other -> other.phase() instanceof Phase.Failed)
                .sorted((a, b) -> Long.compare(b.since(), a.since()))
                .map(Entry::snapshot)
                .toList();
        failed.stream().skip(VolumeState.MOST_FAILED).forEach(entries::remove);
        yield legal(state.with(entries));
      }
      case Phase.Ready _, Phase.Trashed _, Phase.Failed _ ->
          illegal(event.snapshot() + " is " + entry.get().phase().word());
    };
  }

  private static Transition<VolumeState> removed(VolumeState state, VolumeEvent.Removed event) {
    Optional<Entry> entry = state.find(event.snapshot());
    if (entry.isEmpty()) {
      return illegal(event.snapshot() + " is not there");
    }
    return switch (entry.get().phase()) {
      case Phase.Requested _, Phase.Creating _, Phase.Trashed _ -> {
        SequencedMap<SnapshotId, Entry> entries = new LinkedHashMap<>(state.entries());
        entries.remove(event.snapshot());
        yield legal(state.with(entries));
      }
      case Phase.Ready _, Phase.Failed _ ->
          illegal(event.snapshot() + " is " + entry.get().phase().word());
    };
  }

  private static Transition<VolumeState> trashed(
      VolumeState state, EventHeader header, VolumeEvent.Trashed event) {
    Optional<Entry> entry = state.find(event.snapshot());
    if (entry.isEmpty() || !(entry.get().phase() instanceof Phase.Ready(Phase.Content content))) {
      return illegal(event.snapshot() + " is not READY");
    }
    if (personHolds(state, event.snapshot())) {
      return illegal(event.snapshot() + " is held");
    }
    return changed(state, header, entry.get(), new Phase.Trashed(content), event.more());
  }

  private static boolean personHolds(VolumeState state, SnapshotId snapshot) {
    return state.holdsOf(snapshot).stream().anyMatch(hold -> hold.kind() == Hold.Kind.PERSON);
  }

  private static Transition<VolumeState> restored(
      VolumeState state, EventHeader header, VolumeEvent.Restored event) {
    Optional<Entry> entry = state.find(event.snapshot());
    if (entry.isEmpty() || !(entry.get().phase() instanceof Phase.Trashed(Phase.Content content))) {
      return illegal(event.snapshot() + " is not TRASHED");
    }
    return changed(state, header, entry.get(), new Phase.Ready(content), event.more());
  }

  private static Transition<VolumeState> held(
      VolumeState state, EventHeader header, VolumeEvent.Held event) {
    boolean foreign = !event.root().volume().equals(state.volume().orElseThrow().id());
    if (foreign && event.kind() != Hold.Kind.RESTORE) {
      return illegal("only a restore holds a root of another volume");
    }
    if (!foreign) {
      Optional<Entry> entry = state.find(event.snapshot());
      if (entry.isEmpty() || !(entry.get().phase() instanceof Phase.Ready(Phase.Content content))) {
        return illegal(event.snapshot() + " is not READY");
      }
      if (!content.root().equals(event.root())) {
        return illegal(event.snapshot() + " has another root");
      }
    }
    SortedMap<Long, Hold> holds = new TreeMap<>(state.holds());
    holds.put(
        header.number(),
        new Hold(
            header.number(),
            event.snapshot(),
            event.root(),
            event.kind(),
            event.owner(),
            event.reason(),
            event.restore(),
            event.more()));
    return legal(state.with(holds));
  }

  private static Transition<VolumeState> released(VolumeState state, VolumeEvent.Released event) {
    SortedMap<Long, Hold> holds = new TreeMap<>(state.holds());
    if (holds.remove(event.hold()) == null) {
      return illegal("there is no hold " + event.hold());
    }
    return legal(state.with(holds));
  }

  private static Transition<VolumeState> described(VolumeState state, VolumeEvent.Described event) {
    Optional<Entry> entry = state.find(event.snapshot());
    if (entry.isEmpty() || entry.get().phase() instanceof Phase.Failed) {
      return illegal(event.snapshot() + " is not there");
    }
    SequencedMap<SnapshotId, Entry> entries = new LinkedHashMap<>(state.entries());
    More more = MoreCodec.merged(entry.get().more(), event.more());
    entries.put(event.snapshot(), entry.get().with(event.label(), more));
    return legal(state.with(entries));
  }

  private static Transition<VolumeState> closed(VolumeState state, VolumeEvent.Closed event) {
    boolean live =
        state.entries().values().stream()
            .anyMatch(entry -> !(entry.phase() instanceof Phase.Failed));
    if (live || !state.holds().isEmpty()) {
      return illegal("the volume still has snapshots or holds");
    }
    return legal(
        new VolumeState(
            state.volume(),
            VolumeState.Life.CLOSED,
            state.entries(),
            state.holds(),
            MoreCodec.merged(state.more(), event.more())));
  }

  private static Transition<VolumeState> added(VolumeState state, Entry entry) {
    SequencedMap<SnapshotId, Entry> entries = new LinkedHashMap<>(state.entries());
    entries.put(entry.snapshot(), entry);
    return legal(state.with(entries));
  }

  private static Transition<VolumeState> changed(
      VolumeState state, EventHeader header, Entry entry, Phase phase, More learned) {
    More more = MoreCodec.merged(entry.more(), learned);
    SequencedMap<SnapshotId, Entry> entries = new LinkedHashMap<>(state.entries());
    entries.put(entry.snapshot(), entry.with(phase, header.number(), more));
    return legal(state.with(entries));
  }

  private static Transition<VolumeState> legal(VolumeState state) {
    return new Transition.Legal<>(state);
  }

  private static Transition<VolumeState> illegal(String reason) {
    return new Transition.Illegal<>(reason);
  }
}
