package io.tidemark.benchmark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A few MiB of direct chunks of one kind, given out in turn so that no cache holds just one.
@State(Scope.Thread)
public class Chunks {
  static final int BYTES = 32 << 10;
  private static final int COUNT = 128;

  @Param({"zero", "text", "random"})
  public String content = "zero";

  private final ByteBuffer[] chunks = new ByteBuffer[COUNT];
  private int next;

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < COUNT; i++) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(BYTES);
      switch (content) {
        case "zero" -> {}
        case "text" -> {
          while (chunk.remaining() > 64) {
            String line = "line " + random.nextInt(5000) + " of a log, code " + random.nextInt(40);
            chunk.put(line.getBytes(StandardCharsets.US_ASCII)).put((byte) '\n');
          }
        }
        case "random" -> {
          while (chunk.hasRemaining()) {
            chunk.putLong(random.nextLong());
          }
        }
        default -> throw new IllegalArgumentException("No content: " + content);
      }
      chunks[i] = chunk.clear();
    }
  }

  ByteBuffer next() {
    next = (next + 1) % COUNT;
    return chunks[next];
  }
}
