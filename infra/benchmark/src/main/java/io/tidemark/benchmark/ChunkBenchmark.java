package io.tidemark.benchmark;

import io.tidemark.agent.cache.Fingerprinter;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.Zeros;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.frame.FrameDecoder;
import io.tidemark.repository.frame.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Zero test, fingerprint, hash, compression and decompression of one 32 KiB chunk; chunks a
/// millisecond times 31.25 are MiB a second.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class ChunkBenchmark {
  private final Fingerprinter fingerprinter = new Fingerprinter(42);
  private final ChunkHasher hasher = new ChunkHasher();
  private final FrameEncoder encoder = new FrameEncoder(FrameEncoder.DEFAULT_LEVEL);
  private final FrameDecoder decoder = new FrameDecoder();
  private final ByteBuffer frame =
      ByteBuffer.allocateDirect(FrameEncoder.largestFrameBytes(Chunks.BYTES));
  private final ByteBuffer plain = ByteBuffer.allocateDirect(Chunks.BYTES);
  private final long[] fingerprint = new long[Fingerprinter.WORDS];

  @TearDown
  public void close() {
    encoder.close();
    decoder.close();
  }

  @Benchmark
  public boolean zeroTest(Chunks chunks) {
    return Zeros.isZero(chunks.next());
  }

  @Benchmark
  public long fingerprint(Chunks chunks) {
    fingerprinter.fingerprint(chunks.next(), 0, Chunks.BYTES, fingerprint, 0);
    return fingerprint[0];
  }

  @Benchmark
  public ChunkId hash(Chunks chunks) {
    return hasher.id(chunks.next());
  }

  @Benchmark
  public int encode(Chunks chunks) {
    return encoder.encode(chunks.next(), frame.clear());
  }

  @Benchmark
  public int encodeAndDecode(Chunks chunks) throws MalformedException {
    encoder.encode(chunks.next(), frame.clear());
    return decoder.decode(frame.flip(), plain.clear());
  }
}
