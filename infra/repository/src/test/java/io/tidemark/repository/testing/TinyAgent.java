package io.tidemark.repository.testing;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackContents;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.PackReader;
import io.tidemark.repository.pack.PackSender.SentPack;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.ResumedSessions;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Writes snapshots of images one chunk after the other: the pipeline's rules without its threads.
/// Reuses what the parent has at the same position and what this session has uploaded.
public final class TinyAgent implements AutoCloseable {
  private final Repository repository;
  private final Habit habit;
  private final StoreNodeSource nodes;
  private final FrameEncoder encoder = new FrameEncoder(FrameEncoder.DEFAULT_LEVEL);
  private final ChunkHasher hasher = new ChunkHasher();

  /// How an incarnation goes about it.
  ///
  /// @param backwards whether it begins with the last chunk
  public record Habit(int chunksAPack, boolean backwards) {
    public static final Habit PLAIN = new Habit(3, false);
  }

  public TinyAgent(Repository repository, Habit habit) {
    this.repository = repository;
    this.habit = habit;
    nodes = new StoreNodeSource(repository.store());
  }

  public SnapshotSession begin(VolumeId volume, Image image, SnapshotSession.ParentChoice parents) {
    Label label = new Label(image.name(), new TreeMap<>(), Optional.empty());
    return SnapshotSession.begin(
        repository,
        new NewSnapshot(
            volume, label, Origin.MANUAL, repository.writer().clock().instant(), "host"),
        parents);
  }

  /// What the packs of an earlier incarnation of a session hold.
  public Map<ChunkId, Reference> read(
      List<ResumedSessions.FoundPack> packs, Map<PackId, Integer> sizes) {
    Map<ChunkId, Reference> known = new HashMap<>();
    for (ResumedSessions.FoundPack pack : packs) {
      if (pack.header().kind() == PackKind.CHUNKS) {
        PackContents contents =
            new PackReader(repository.store()).contents(pack.header().id(), pack.objectBytes());
        contents.frames().forEach(frame -> known.put(frame.id(), frame));
        sizes.put(pack.header().id(), contents.objectBytes());
      }
    }
    return known;
  }

  /// Uploads what the parent does not have.
  public Written write(SnapshotSession session, Image image) {
    return write(session, image, Map.of(), Map.of());
  }

  /// Uploads what neither the parent nor `known` has.
  ///
  /// @param known chunks in packs of this session that have been read
  /// @param sizes of those packs
  public Written write(
      SnapshotSession session,
      Image image,
      Map<ChunkId, Reference> known,
      Map<PackId, Integer> sizes) {
    ChunkGrid grid = image.grid();
    Optional<MapEditor.Parent> parent =
        session
            .parent()
            .map(Phase.Parent::root)
            .map(root -> new MapEditor.Parent(root, nodes.loadPackList(root.packList())));
    NavigableMap<Long, Reference> before = references(parent, nodes);
    MapEditor editor =
        new MapEditor(
            parent,
            grid,
            nodes,
            new PackBuilder(
                ByteBuffer.allocate(MapEditor.SMALLEST_BUFFER_BYTES),
                session.volume(),
                session.number(),
                session.token(),
                PackKind.NODES),
            encoder,
            session.packs(),
            (_, _) -> {});
    Map<ChunkId, Reference> uploaded = new HashMap<>(known);
    List<SentPack> sent = new ArrayList<>();
    NavigableMap<Long, Optional<ChunkId>> changes = changes(image, before, editor);
    upload(session, image, changes, uploaded, sent);
    sent.forEach(editor::packSent);
    sizes.forEach((pack, objectBytes) -> editor.packSent(new SentPack(pack, objectBytes)));
    changes.forEach((chunk, id) -> editor.put(chunk, id.map(uploaded::get)));
    return switch (editor.finish()) {
      case MapOutcome.Unchanged _ -> new Written.Unchanged();
      case MapOutcome.Changed changed ->
          new Written.Changed(changed.sizeBytes(), changed.map(), changed.packList());
    };
  }

  /// What the parent's map has, by chunk.
  private static NavigableMap<Long, Reference> references(
      Optional<MapEditor.Parent> parent, NodeSource nodes) {
    NavigableMap<Long, Reference> references = new TreeMap<>();
    parent.ifPresent(
        given -> {
          long chunks = new ChunkGrid(given.root().sizeBytes(), Image.CHUNK_SIZE).chunks();
          new MapReader(given.root(), Image.CHUNK_SIZE, nodes).forEach(0, chunks, references::put);
        });
    return references;
  }

  /// Chunks whose id is another than the parent's; empty for zeroes.
  private NavigableMap<Long, Optional<ChunkId>> changes(
      Image image, NavigableMap<Long, Reference> before, MapEditor editor) {
    NavigableMap<Long, Optional<ChunkId>> changes = new TreeMap<>();
    image
        .contents()
        .keySet()
        .forEach(
            chunk -> {
              ChunkId id = hasher.id(image.chunk(chunk));
              Reference old = before.get(chunk);
              if (old == null || !old.id().equals(id)) {
                changes.put(chunk, Optional.of(id));
              }
            });
    before.headMap(image.grid().chunks(), false).keySet().stream()
        .filter(chunk -> !image.contents().containsKey(chunk))
        .forEach(chunk -> changes.put(chunk, Optional.empty()));
    editor
        .chunkOfChangedLength()
        .ifPresent(
            chunk ->
                changes.put(
                    chunk,
                    image.contents().containsKey(chunk)
                        ? Optional.of(hasher.id(image.chunk(chunk)))
                        : Optional.empty()));
    return changes;
  }

  private void upload(
      SnapshotSession session,
      Image image,
      NavigableMap<Long, Optional<ChunkId>> changes,
      Map<ChunkId, Reference> uploaded,
      List<SentPack> sent) {
    PackBuilder pack =
        new PackBuilder(
            ByteBuffer.allocate(
                habit.chunksAPack() * PackBuilder.bytesForOneFrame(Image.CHUNK_SIZE.bytes())),
            session.volume(),
            session.number(),
            session.token(),
            PackKind.CHUNKS);
    Map<ChunkId, Boolean> packed = new HashMap<>();
    NavigableMap<Long, Optional<ChunkId>> inOrder =
        habit.backwards() ? changes.descendingMap() : changes;
    for (Map.Entry<Long, Optional<ChunkId>> change : inOrder.entrySet()) {
      if (change.getValue().isEmpty()) {
        continue;
      }
      ChunkId id = change.getValue().get();
      if (uploaded.containsKey(id) || packed.putIfAbsent(id, true) != null) {
        continue;
      }
      if (pack.entries() == habit.chunksAPack()) {
        settle(session, pack, uploaded, sent);
      }
      int entry = pack.add(id, image.chunk(change.getKey()), encoder);
      if (entry == PackBuilder.FULL) {
        settle(session, pack, uploaded, sent);
        pack.add(id, image.chunk(change.getKey()), encoder);
      }
    }
    if (pack.entries() > 0) {
      settle(session, pack, uploaded, sent);
    }
  }

  private static void settle(
      SnapshotSession session,
      PackBuilder pack,
      Map<ChunkId, Reference> uploaded,
      List<SentPack> sent) {
    SentPack settled = session.packs().send(pack);
    sent.add(settled);
    for (int entry = 0; entry < pack.entries(); entry++) {
      uploaded.put(pack.id(entry), pack.reference(entry, settled.id()));
    }
    pack.clear();
  }

  public Entry commit(SnapshotSession session, Written written) {
    return session.commit(written, facts());
  }

  private static SnapshotFacts facts() {
    return new SnapshotFacts(Instant.EPOCH, Consistency.IDLE, 0, 0, 0, 0, 0, 0);
  }

  /// A whole snapshot.
  public Entry create(VolumeId volume, Image image, SnapshotSession.ParentChoice parents) {
    SnapshotSession session = begin(volume, image, parents);
    return commit(session, write(session, image));
  }

  public NodeSource nodes() {
    return nodes;
  }

  @Override
  public void close() {
    nodes.close();
    encoder.close();
  }
}
