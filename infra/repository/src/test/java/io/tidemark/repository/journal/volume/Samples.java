package io.tidemark.repository.journal.volume;

import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Transition;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Events with every member in its place, for tests that do not care which.
public final class Samples {
  public static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  public static final VolumeId FOREIGN = new VolumeId("vol-fedcba98765432100");
  public static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
  public static final Schedule SCHEDULE = new Schedule(new PolicyId("pol-0123456789abcdef0"), AT);
  public static final ChunkSize CHUNK_SIZE = new ChunkSize(4096);
  public static final SnapshotFacts FACTS =
      new SnapshotFacts(AT, Consistency.IDLE, 8192, 4096, 5000, 4500, 9, 1234);

  private Samples() {}

  public static SnapshotId snapshot(int number) {
    return new SnapshotId(String.format("snap-%017x", number));
  }

  public static Token token(int number) {
    return new Token(number, 77);
  }

  public static Reference reference(VolumeId volume, long session, int k) {
    return new Reference(new ChunkId(session, k, 3, 4), new PackId(volume, session, k), 80, 100);
  }

  /// The root that [#committed] makes.
  public static Root root(long session, long commit) {
    return new Root(
        VOLUME,
        1 << 20,
        Optional.of(reference(VOLUME, session, 1)),
        reference(VOLUME, session, 2),
        commit);
  }

  public static EventHeader header(long number, String type) {
    return new EventHeader(
        number,
        number == 1 ? "" : "ab".repeat(32),
        new CommitId(number, 5),
        AT,
        "tester",
        type,
        EventHeader.Critical.YES);
  }

  public static Label label(String name) {
    return new Label(
        name, new TreeMap<>(Map.of("team", "red", "keep", "ünïcode")), Optional.of(AT));
  }

  public static VolumeEvent.Opened opened() {
    return new VolumeEvent.Opened(VOLUME, "disk", CHUNK_SIZE, More.NONE);
  }

  public static VolumeEvent.Requested requested(SnapshotId snapshot) {
    return new VolumeEvent.Requested(
        snapshot,
        label("wanted"),
        Origin.POLICY,
        Optional.empty(),
        "host-1",
        Optional.of(AT),
        More.NONE);
  }

  public static VolumeEvent.Begun begun(
      SnapshotId snapshot, Token token, Optional<Phase.Parent> parent) {
    return new VolumeEvent.Begun(
        snapshot, label("begun"), Origin.MANUAL, AT, "host-1", token, parent, More.NONE);
  }

  public static VolumeEvent.Committed committed(SnapshotId snapshot, long session, Token token) {
    return new VolumeEvent.Committed(
        snapshot,
        session,
        token,
        1 << 20,
        Optional.of(reference(VOLUME, session, 1)),
        reference(VOLUME, session, 2),
        0,
        FACTS,
        More.NONE);
  }

  public static VolumeEvent.Failed failed(SnapshotId snapshot) {
    return new VolumeEvent.Failed(snapshot, "the disk was pulled", More.NONE);
  }

  public static VolumeEvent.Removed removed(SnapshotId snapshot) {
    return new VolumeEvent.Removed(snapshot, "not wanted", More.NONE);
  }

  public static VolumeEvent.Trashed trashed(SnapshotId snapshot) {
    return new VolumeEvent.Trashed(snapshot, More.NONE);
  }

  public static VolumeEvent.Restored restored(SnapshotId snapshot) {
    return new VolumeEvent.Restored(snapshot, More.NONE);
  }

  public static VolumeEvent.Held held(SnapshotId snapshot, Root root, Hold.Kind kind) {
    return new VolumeEvent.Held(
        snapshot,
        root,
        kind,
        "somebody",
        "to look at it",
        kind == Hold.Kind.RESTORE
            ? Optional.of(new Hold.Restore("host-2", "/dev/vdb", Optional.of(AT), Optional.empty()))
            : Optional.empty(),
        More.NONE);
  }

  public static VolumeEvent.Released released(long hold) {
    return new VolumeEvent.Released(hold, "done", More.NONE);
  }

  public static VolumeEvent.Described described(SnapshotId snapshot) {
    return new VolumeEvent.Described(snapshot, label("described"), More.NONE);
  }

  public static VolumeEvent.Closed closed() {
    return new VolumeEvent.Closed(More.NONE);
  }

  /// Folds events from number 1 on; all of them have to be legal.
  public static VolumeState after(VolumeEvent... events) {
    VolumeState state = VolumeState.EMPTY;
    for (int i = 0; i < events.length; i++) {
      state = next(state, i + 1, events[i]);
    }
    return state;
  }

  /// The state after one more event, which has to be legal.
  public static VolumeState next(VolumeState state, long number, VolumeEvent event) {
    EventHeader header = header(number, new VolumeBodyCodec().type(event));
    return switch (new VolumeFold().apply(state, header, event)) {
      case Transition.Legal<VolumeState>(VolumeState after) -> after;
      case Transition.Illegal<VolumeState>(String reason) ->
          throw new AssertionError("Event " + number + ", " + header.type() + ": " + reason);
    };
  }
}
