package io.tidemark.benchmark;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.MapNode;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.map.NodeDecoder;
import io.tidemark.repository.map.NodeSink;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.pack.Reference;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The map: encoding one of 16,384 chunks (512 MiB) into a sender that throws it away, and decoding
/// one leaf of it, its id checked.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class MapBenchmark {
  private static final int CHUNKS = 16_384;
  private static final int FRAME_BYTES = 20_000;
  private static final VolumeId VOLUME = new VolumeId("vol-00000000000000001");
  private static final Token TOKEN = new Token(1, 2);

  private final FrameEncoder encoder = new FrameEncoder(FrameEncoder.DEFAULT_LEVEL);
  private final NodeDecoder decoder = new NodeDecoder();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(PackBuilder.TARGET_BYTES);
  private final Reference[] references = new Reference[CHUNKS];
  private @Nullable Reference leaf;
  private ByteBuffer leafFrame = ByteBuffer.allocate(0);

  @Setup
  public void encodeOnce() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < CHUNKS; i++) {
      references[i] =
          new Reference(
              new ChunkId(
                  random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
              new PackId(VOLUME, 5, i / 800),
              80 + i % 800 * FRAME_BYTES,
              FRAME_BYTES - random.nextInt(9_000));
    }
    edit(
        (reference, frame) -> {
          if (leaf == null) {
            leaf = reference;
            leafFrame = ByteBuffer.allocateDirect(frame.remaining()).put(frame.duplicate()).flip();
          }
        });
  }

  @TearDown
  public void close() {
    encoder.close();
    decoder.close();
  }

  @Benchmark
  public MapOutcome encodeMap() {
    return edit((reference, frame) -> {});
  }

  @Benchmark
  public MapNode decodeLeaf() throws MalformedException {
    Reference written = leaf;
    if (written == null) {
      throw new IllegalStateException("No leaf was written");
    }
    return decoder.node(written, 1, leafFrame.duplicate());
  }

  private MapOutcome edit(NodeSink sink) {
    MapEditor editor =
        new MapEditor(
            Optional.empty(),
            new ChunkGrid((long) CHUNKS * ChunkSize.DEFAULT.bytes(), ChunkSize.DEFAULT),
            new NoParent(),
            new PackBuilder(buffer, VOLUME, 5, TOKEN, PackKind.NODES),
            encoder,
            new Discard(),
            sink);
    for (int i = 0; i < CHUNKS; i++) {
      if (i % 800 == 0) {
        editor.packSent(new PackSender.SentPack(references[i].pack(), 800 * FRAME_BYTES));
      }
      editor.put(i, Optional.of(references[i]));
    }
    return editor.finish();
  }

  /// Encodes a pack and forgets it.
  private static final class Discard implements PackSender {
    private int next = 1000;

    @Override
    public SentPack send(PackEncoding pack) {
      int k = next++;
      return new SentPack(new PackId(VOLUME, 5, k), pack.encode(k, new CommitId(3, k)).remaining());
    }
  }

  /// A full upload loads nothing.
  private static final class NoParent implements NodeSource {
    @Override
    public MapNode load(Reference node, int level) {
      throw new IllegalStateException("There is no parent to load " + node + " of");
    }

    @Override
    public PackList loadPackList(Reference list) {
      throw new IllegalStateException("There is no parent to load " + list + " of");
    }
  }
}
