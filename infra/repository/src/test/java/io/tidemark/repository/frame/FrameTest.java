package io.tidemark.repository.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.testing.Seeded;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FrameTest {
  private final FrameEncoder encoder = new FrameEncoder(1);
  private final FrameDecoder decoder = new FrameDecoder();

  @AfterEach
  void close() {
    encoder.close();
    decoder.close();
  }

  @Test
  void givesBackWhatItTookFromDirectAndHeapBuffersAlike() throws MalformedException {
    RandomGenerator random = Seeded.random("FrameTest");
    List<IntFunction<ByteBuffer>> memories =
        List.of(
            ByteBuffer::allocate,
            ByteBuffer::allocateDirect,
            bytes -> ByteBuffer.allocate(bytes + 7).position(7).slice());
    for (int round = 0; round < 200; round++) {
      byte[] plaintext = plaintext(random, random.nextInt(70_000));
      for (IntFunction<ByteBuffer> from : memories) {
        for (IntFunction<ByteBuffer> into : memories) {
          ByteBuffer source = from.apply(plaintext.length + 3).position(3).put(plaintext);
          source.flip().position(3);
          ByteBuffer frame =
              into.apply(5 + FrameEncoder.largestFrameBytes(plaintext.length)).position(5);
          int frameBytes = encoder.encode(source, frame);
          assertThat(source.position()).isEqualTo(3);
          assertThat(frame.position()).isEqualTo(5 + frameBytes);
          frame.flip().position(5);
          ByteBuffer back = from.apply(plaintext.length + 2).position(2);
          assertThat(decoder.decode(frame, back)).isEqualTo(plaintext.length);
          assertThat(frame.remaining()).isEqualTo(frameBytes);
          back.flip().position(2);
          assertThat(back).isEqualTo(ByteBuffer.wrap(plaintext));
        }
      }
      ByteBuffer frame = frame(plaintext);
      ByteBuffer back = ByteBuffer.allocate(plaintext.length);
      decoder.decode(frame.asReadOnlyBuffer(), back);
      assertThat(back.array()).isEqualTo(plaintext);
      assertThat(encoder.encode(ByteBuffer.wrap(plaintext).asReadOnlyBuffer(), room(plaintext)))
          .isEqualTo(frame.remaining());
    }
  }

  @Test
  void storesRawWhatDoesNotShrinkByASixteenth() throws MalformedException {
    RandomGenerator random = Seeded.random("FrameTest");
    byte[] noise = new byte[32 << 10];
    random.nextBytes(noise);
    assertThat(frame(noise).remaining()).isEqualTo(FrameHeader.BYTES + noise.length);
    assertThat(FrameHeader.read(frame(noise)).codec()).isEqualTo(FrameHeader.RAW);
    Arrays.fill(noise, 0, 2 << 10, (byte) 1);
    assertThat(FrameHeader.read(frame(noise)).codec()).isEqualTo(FrameHeader.RAW);
    Arrays.fill(noise, 0, 3 << 10, (byte) 1);
    assertThat(FrameHeader.read(frame(noise)).codec()).isEqualTo(FrameHeader.ZSTD);
  }

  @Test
  void laysTheHeaderOutAsSpecified() {
    assertThat(HexFormat.of().formatHex(bytes(frame("tide".getBytes(UTF_8)))))
        .isEqualTo("540000cd" + "00000004" + "00000004" + "74696465");
  }

  @Test
  void refusesAFrameThatUnpacksToMoreThanExpected() {
    ByteBuffer bomb = frame(new byte[8 << 20]);
    assertThat(bomb.remaining()).isLessThan(1000);
    assertThatThrownBy(() -> decoder.decode(bomb, ByteBuffer.allocate(32 << 10)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("8388608");
    // A header that lies about it: zstd may write no further than the header says.
    FrameHeader liar =
        new FrameHeader(FrameHeader.ZSTD, 1000, bomb.remaining() - FrameHeader.BYTES);
    liar.write(bomb, 0);
    ByteBuffer into = ByteBuffer.allocate(32 << 10);
    assertThatThrownBy(() -> decoder.decode(bomb, into)).isInstanceOf(MalformedException.class);
    assertThat(into.position()).isZero();
  }

  @Test
  void tellsANewerFormFromDamage() {
    byte[] bytes = bytes(frame("tide".getBytes(UTF_8)));
    for (FrameHeader newer : List.of(new FrameHeader(2, 4, 4), new FrameHeader(200, 4, 4))) {
      newer.write(ByteBuffer.wrap(bytes), 0);
      assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(bytes), ByteBuffer.allocate(9)))
          .isInstanceOf(NewerFormatException.class);
    }
  }

  @Test
  void everyTruncationAndEveryFlippedBitShowsInTheHeaderOrTheId() throws MalformedException {
    RandomGenerator random = Seeded.random("FrameTest");
    for (byte[] plaintext :
        List.of(new byte[300], plaintext(random, 1000), "tide".repeat(99).getBytes(UTF_8))) {
      byte[] sound = bytes(frame(plaintext));
      ChunkId id = new ChunkHasher().id(ByteBuffer.wrap(plaintext));
      for (int length = 0; length < sound.length; length++) {
        assertDamaged(Arrays.copyOf(sound, length), id);
      }
      assertDamaged(Arrays.copyOf(sound, sound.length + 1), id);
      for (int bit = 0; bit < 8 * sound.length; bit++) {
        byte[] flipped = sound.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertDamaged(flipped, id);
      }
    }
  }

  /// A flip that leaves the plaintext as it was (zstd has bits that mean nothing) harms nobody, so
  /// it may pass; one of the header never does.
  private void assertDamaged(byte[] frame, ChunkId id) throws MalformedException {
    ByteBuffer into = ByteBuffer.allocate(4096);
    try {
      decoder.decode(ByteBuffer.wrap(frame), into);
    } catch (NewerFormatException e) {
      throw new AssertionError("damage is taken for a newer format", e);
    } catch (MalformedException e) {
      return;
    }
    ChunkId found = new ChunkHasher().id(into.flip());
    if (FrameHeader.read(ByteBuffer.wrap(frame)).codec() == FrameHeader.RAW) {
      assertThat(found).isNotEqualTo(id);
    }
  }

  private ByteBuffer frame(byte[] plaintext) {
    ByteBuffer frame = room(plaintext);
    encoder.encode(ByteBuffer.wrap(plaintext), frame);
    return frame.flip();
  }

  private static ByteBuffer room(byte[] plaintext) {
    return ByteBuffer.allocate(FrameEncoder.largestFrameBytes(plaintext.length));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  private static byte[] plaintext(RandomGenerator random, int bytes) {
    byte[] plaintext = new byte[bytes];
    if (random.nextBoolean()) {
      random.nextBytes(plaintext);
    } else {
      for (int i = 0; i < bytes; i++) {
        plaintext[i] = (byte) random.nextInt(5);
      }
    }
    return plaintext;
  }
}
