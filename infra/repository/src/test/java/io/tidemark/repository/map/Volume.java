package io.tidemark.repository.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.pack.PackSender.SentPack;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A volume whose sessions write maps into a store in memory. Its chunks have ids and places but no
/// bytes.
final class Volume implements AutoCloseable {
  static final ChunkSize CHUNK_SIZE = new ChunkSize(4096);

  final VolumeId id;
  final MemoryObjectStore store;
  final StoreNodeSource nodes;
  final FrameEncoder encoder = new FrameEncoder(1);
  final RandomGenerator random;
  int nodeBufferBytes = MapEditor.SMALLEST_BUFFER_BYTES;
  private long session = 1;

  Volume(VolumeId id, RandomGenerator random) {
    this(id, random, new MemoryObjectStore(() -> Instant.EPOCH));
  }

  Volume(VolumeId id, RandomGenerator random, MemoryObjectStore store) {
    this.id = id;
    this.random = random;
    this.store = store;
    nodes = new StoreNodeSource(store);
  }

  /// A committed snapshot, and what it should read as.
  record Snapshot(Root root, PackList packs, NavigableMap<Long, Reference> chunks) {
    ChunkGrid grid() {
      return new ChunkGrid(root.sizeBytes(), CHUNK_SIZE);
    }
  }

  Session begin(Optional<Snapshot> parent, long sizeBytes) {
    return new Session(parent, new ChunkGrid(sizeBytes, CHUNK_SIZE), ++session);
  }

  @Override
  public void close() {
    nodes.close();
    encoder.close();
  }

  /// One session: an editor, and a sender that sometimes meets packs of an older incarnation.
  final class Session implements PackSender {
    final Optional<Snapshot> parent;
    final ChunkGrid grid;
    final long number;
    final Token token = Token.random(random);
    final MapEditor editor;
    final NavigableMap<Long, Reference> chunks = new TreeMap<>();
    final List<Reference> written = new ArrayList<>();
    final Set<PackId> sent = new HashSet<>();
    int requests;
    private int nextK;
    private SentPack open;
    private int openEnd;

    Session(Optional<Snapshot> parent, ChunkGrid grid, long number) {
      this.parent = parent;
      this.grid = grid;
      this.number = number;
      parent.ifPresent(before -> chunks.putAll(before.chunks().headMap(grid.chunks(), false)));
      editor =
          new MapEditor(
              parent.map(before -> new MapEditor.Parent(before.root(), before.packs())),
              grid,
              nodes,
              new PackBuilder(
                  ByteBuffer.allocateDirect(nodeBufferBytes), id, number, token, PackKind.NODES),
              encoder,
              this,
              (reference, frame) -> written.add(reference));
      newChunkPack();
    }

    private void newChunkPack() {
      open = new SentPack(new PackId(id, number, nextK++), 1 + random.nextInt(1 << 24));
      openEnd = 80;
    }

    /// A new chunk of this session, in a pack that is as good as sent.
    Reference fresh() {
      if (random.nextInt(50) == 0) {
        newChunkPack();
      }
      int length = 13 + random.nextInt(4000);
      Reference reference =
          new Reference(
              new ChunkId(
                  random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
              open.id(),
              openEnd,
              length);
      openEnd += length;
      editor.packSent(open);
      return reference;
    }

    void put(long chunk, Optional<Reference> stored) {
      editor.put(chunk, stored);
      stored.ifPresentOrElse(reference -> chunks.put(chunk, reference), () -> chunks.remove(chunk));
    }

    @Override
    public SentPack send(PackEncoding pack) {
      while (true) {
        int k = nextK++;
        PackId packId = new PackId(id, number, k);
        ByteBuffer bytes = pack.encode(k, CommitId.random(random));
        requests++;
        if (random.nextInt(4) == 0) {
          store.createIfAbsent(packId.key(), ByteBuffer.allocate(1));
        }
        if (store.createIfAbsent(packId.key(), bytes) == PutOutcome.CREATED) {
          sent.add(packId);
          return new SentPack(packId, bytes.remaining());
        }
      }
    }

    Snapshot commit() {
      return switch (editor.finish()) {
        case MapOutcome.Unchanged(Root root) ->
            new Snapshot(root, parent.orElseThrow().packs(), chunks);
        case MapOutcome.Changed changed -> {
          PackList stored = nodes.loadPackList(changed.packList());
          assertThat(stored).isEqualTo(changed.packs());
          assertThat(store.get(changed.packList().pack().key())).hasSize(changed.listPackBytes());
          yield new Snapshot(
              new Root(id, changed.sizeBytes(), changed.map(), changed.packList(), number + 1),
              stored,
              chunks);
        }
      };
    }
  }
}
