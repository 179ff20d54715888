package io.tidemark.repository.map;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.chunk.Zeros;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.pack.ChunkReader;
import io.tidemark.repository.pack.FrameRun;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackContents;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.PackReader;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Two small volumes as format 1 wrote them. Their packs are frozen under `golden/format-1/`: they
/// must be readable for ever, and writing must reproduce them. `-Dtidemark.freeze=DIR` writes them
/// to a folder; that is only for a new format, or for a zstd that packs otherwise.
final class GoldenTest {
  private static final Token TOKEN = Token.parse("00112233445566778899aabbccddeeff");

  /// A volume's content at one snapshot.
  private record State(long sizeBytes, TreeMap<Long, byte[]> chunks) {}

  private static final class Scenario {
    final VolumeId volume;
    final ChunkSize chunkSize;
    final MemoryObjectStore store = new MemoryObjectStore(() -> Instant.EPOCH);
    final List<State> states = new ArrayList<>();
    final List<Root> roots = new ArrayList<>();
    private Optional<MapEditor.Parent> parent = Optional.empty();

    Scenario(String volume, ChunkSize chunkSize) {
      this.volume = new VolumeId(volume);
      this.chunkSize = chunkSize;
    }

    /// One session: changed chunks, an empty array for one of zeroes.
    void commit(long session, long sizeBytes, NavigableMap<Long, byte[]> changes) {
      try (StoreNodeSource nodes = new StoreNodeSource(store);
          FrameEncoder encoder = new FrameEncoder(1)) {
        Sender sender = new Sender(session);
        ChunkGrid grid = new ChunkGrid(sizeBytes, chunkSize);
        MapEditor editor =
            new MapEditor(
                parent,
                grid,
                nodes,
                builder(session, PackKind.NODES),
                encoder,
                sender,
                (reference, frame) -> {});
        PackBuilder pack = builder(session, PackKind.CHUNKS);
        ChunkHasher hasher = new ChunkHasher();
        for (byte[] chunk : changes.values()) {
          ByteBuffer bytes = ByteBuffer.wrap(chunk);
          if (!Zeros.isZero(bytes)) {
            pack.add(hasher.id(bytes), bytes, encoder);
          }
        }
        PackSender.SentPack sent = sender.send(pack);
        editor.packSent(sent);
        int entry = 0;
        for (var change : changes.entrySet()) {
          boolean zero = Zeros.isZero(ByteBuffer.wrap(change.getValue()));
          editor.put(
              change.getKey(),
              zero ? Optional.empty() : Optional.of(pack.reference(entry++, sent.id())));
        }
        MapOutcome.Changed changed = (MapOutcome.Changed) editor.finish();
        Root root = new Root(volume, sizeBytes, changed.map(), changed.packList(), session + 1);
        parent = Optional.of(new MapEditor.Parent(root, changed.packs()));
        roots.add(root);
        TreeMap<Long, byte[]> chunks = new TreeMap<>();
        if (!states.isEmpty()) {
          chunks.putAll(states.getLast().chunks().headMap(grid.chunks(), false));
        }
        chunks.putAll(changes);
        chunks.values().removeIf(bytes -> Zeros.isZero(ByteBuffer.wrap(bytes)));
        states.add(new State(sizeBytes, chunks));
      }
    }

    private PackBuilder builder(long session, PackKind kind) {
      return new PackBuilder(ByteBuffer.allocateDirect(1 << 20), volume, session, TOKEN, kind);
    }

    /// Commit ids count up, and number 1 of session 6 is always taken.
    private final class Sender implements PackSender {
      private final long session;
      private int nextK;

      Sender(long session) {
        this.session = session;
      }

      @Override
      public SentPack send(PackEncoding pack) {
        while (true) {
          PackId id = new PackId(volume, session, nextK++);
          ByteBuffer bytes = pack.encode(id.k(), new CommitId(session, id.k()));
          if ((session != 6 || id.k() != 1)
              && store.createIfAbsent(id.key(), bytes) == PutOutcome.CREATED) {
            return new SentPack(id, bytes.remaining());
          }
        }
      }
    }
  }

  private static Scenario fiveBytes() {
    Scenario scenario = new Scenario("vol-0123456789abcdef0", ChunkSize.DEFAULT);
    scenario.commit(2, 5, new TreeMap<>(Map.of(0L, "tide\n".getBytes(UTF_8))));
    return scenario;
  }

  private static Scenario grown() {
    Scenario scenario = new Scenario("vol-00000000000000fff", new ChunkSize(4096));
    TreeMap<Long, byte[]> first = new TreeMap<>();
    ChunkGrid small = new ChunkGrid(99 * 4096 + 700, scenario.chunkSize);
    for (long chunk = 0; chunk < small.chunks(); chunk += 3) {
      first.put(chunk, content(chunk, small.lengthBytes(chunk)));
    }
    scenario.commit(3, small.sizeBytes(), first);
    TreeMap<Long, byte[]> second = new TreeMap<>();
    ChunkGrid large = new ChunkGrid(5000 * 4096, scenario.chunkSize);
    second.put(6L, new byte[4096]);
    for (long chunk : new long[] {7, 99, 1000, 1001, 4999}) {
      second.put(chunk, content(chunk, 4096));
    }
    scenario.commit(6, large.sizeBytes(), second);
    return scenario;
  }

  /// Lines of text for most, noise for one in eleven.
  private static byte[] content(long chunk, int bytes) {
    byte[] content = new byte[bytes];
    if (chunk % 11 == 0) {
      new SplittableRandom(chunk).nextBytes(content);
    } else {
      byte[] line = ("chunk " + chunk + " of a small volume\n").getBytes(UTF_8);
      for (int i = 0; i < bytes; i++) {
        content[i] = line[i % line.length];
      }
    }
    return content;
  }

  @Test
  void writesFiveBytesAsItAlwaysDid() throws IOException {
    assertFrozen(fiveBytes());
  }

  @Test
  void writesAVolumeThatGrowsAsItAlwaysDid() throws IOException {
    assertFrozen(grown());
  }

  @Test
  void readsWhatIsFrozen() throws IOException {
    for (Scenario scenario : List.of(fiveBytes(), grown())) {
      MemoryObjectStore frozen = new MemoryObjectStore(() -> Instant.EPOCH);
      for (Listing.Entry object : scenario.store.list("", "", 1000).entries()) {
        frozen.createIfAbsent(object.key(), ByteBuffer.wrap(resource(object.key())));
        PackContents contents =
            new PackReader(frozen)
                .contents(packId(scenario.volume, object.key()), object.sizeBytes());
        assertThat(contents.header().token()).isEqualTo(TOKEN);
        assertThat(contents.frames()).isNotEmpty();
      }
      for (int i = 0; i < scenario.roots.size(); i++) {
        assertReads(frozen, scenario, scenario.roots.get(i), scenario.states.get(i));
      }
    }
  }

  private static void assertReads(
      MemoryObjectStore store, Scenario scenario, Root root, State expected) {
    ChunkGrid grid = new ChunkGrid(root.sizeBytes(), scenario.chunkSize);
    TreeMap<Long, byte[]> read = new TreeMap<>();
    try (StoreNodeSource nodes = new StoreNodeSource(store);
        ChunkReader chunks = new ChunkReader(store, grid)) {
      List<ChunkPlace> places = new ArrayList<>();
      new MapReader(root, scenario.chunkSize, nodes)
          .forEach(
              0, grid.chunks(), (chunk, reference) -> places.add(new ChunkPlace(chunk, reference)));
      for (FrameRun run : FrameRun.plan(places)) {
        chunks.read(run, (chunk, plaintext) -> read.put(chunk, bytes(plaintext)));
      }
      PackTally counted = new PackTally();
      MapWalk.tally(root, scenario.chunkSize, nodes, counted);
      assertThat(counted.compare(nodes.loadPackList(root.packList()))).isEmpty();
    }
    assertThat(read.keySet()).isEqualTo(expected.chunks().keySet());
    read.forEach((chunk, bytes) -> assertThat(bytes).isEqualTo(expected.chunks().get(chunk)));
  }

  private static void assertFrozen(Scenario scenario) throws IOException {
    List<Listing.Entry> objects = scenario.store.list("", "", 1000).entries();
    String folder = System.getProperty("tidemark.freeze");
    if (folder != null) {
      for (Listing.Entry object : objects) {
        Path file = Path.of(folder, object.key());
        Files.createDirectories(requireNonNull(file.getParent()));
        Files.write(file, scenario.store.get(object.key()));
      }
    }
    assertThat(objects).isNotEmpty();
    for (Listing.Entry object : objects) {
      assertThat(scenario.store.get(object.key()))
          .as(object.key())
          .isEqualTo(resource(object.key()));
    }
  }

  private static byte[] resource(String key) throws IOException {
    try (InputStream frozen = GoldenTest.class.getResourceAsStream("/golden/format-1/" + key)) {
      return requireNonNull(frozen, key).readAllBytes();
    }
  }

  private static PackId packId(VolumeId volume, String key) {
    String[] parts = key.split("/", -1);
    return new PackId(volume, Long.parseLong(parts[3]), Integer.parseInt(parts[4]));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  @Test
  void theRootsNameWhatIsFrozen() {
    assertThat(ids(fiveBytes()))
        .containsExactly(
            "e504a149f2df603ddc95420b6a361d1c933c319d762e852743abe7579ab96ec7",
            "5277870ca330833ef2b3e121c91d84c97c38ba1da713d9c050df6b9606471adc");
    assertThat(ids(grown()))
        .containsExactly(
            "b43ce763354748793ae9150aa2db4e35fbd69f47d11ec8e54129bfdc2bab3d8f",
            "705ee7e4182ffaee266c4adc8d78dbeb87bd4a6f0a57a9f418f95877e6452709",
            "9495d56c38b303c71ac2b5a76ef1561bd5b94ac05fdf5e4f54e086d3cef99b74",
            "d30e1d7c95362432daa493cad0b473548915394139876cd6302eb1d8e7c802df");
  }

  /// Of every root the ids of map and pack list.
  private static List<String> ids(Scenario scenario) {
    return scenario.roots.stream()
        .flatMap(root -> Stream.of(root.map().orElseThrow(), root.packList()))
        .map(reference -> reference.id().toString())
        .toList();
  }
}
