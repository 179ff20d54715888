package io.tidemark.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.frame.FrameDecoder;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PackBuilderTest {
  private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  private static final Token TOKEN = Token.parse("00112233445566778899aabbccddeeff");
  private static final CommitId COMMIT = CommitId.parse("ffeeddccbbaa99887766554433221100");

  private final FrameEncoder encoder = new FrameEncoder(1);
  private final FrameDecoder decoder = new FrameDecoder();
  private final ChunkHasher hasher = new ChunkHasher();

  @AfterEach
  void close() {
    encoder.close();
    decoder.close();
  }

  @Test
  void fillsUpAndStartsAnew() throws MalformedException {
    PackBuilder pack = builder(100_000);
    int added = 0;
    while (pack.add(id(added), chunk(added), encoder) != PackBuilder.FULL) {
      assertThat(pack.entries()).isEqualTo(++added);
    }
    assertThat(added).isBetween(20, 1000);
    ByteBuffer object = pack.encode(7, COMMIT);
    assertThat(object.remaining()).isLessThanOrEqualTo(100_000);
    PackHeader header = PackHeader.read(object.duplicate());
    assertThat(header)
        .isEqualTo(new PackHeader(new PackId(VOLUME, 42, 7), PackKind.CHUNKS, TOKEN, COMMIT));
    for (int entry = 0; entry < added; entry++) {
      ByteBuffer into = ByteBuffer.allocate(4096);
      decoder.decode(object.slice(pack.offsetBytes(entry), pack.lengthBytes(entry)), into);
      assertThat(hasher.id(into.flip())).isEqualTo(pack.id(entry)).isEqualTo(id(entry));
      assertThat(pack.frame(entry))
          .isEqualTo(object.slice(pack.offsetBytes(entry), pack.lengthBytes(entry)));
    }
    pack.clear();
    assertThat(pack.entries()).isZero();
    assertThat(pack.add(id(1), chunk(1), encoder)).isZero();
  }

  @Test
  void canBeSentUnderAnotherNumber() throws MalformedException {
    PackBuilder pack = builder(100_000);
    pack.add(id(1), chunk(1), encoder);
    pack.encode(3, COMMIT);
    pack.add(id(2), chunk(2), encoder);
    pack.add(id(3), chunk(3), encoder);
    pack.truncate(2);
    ByteBuffer object = pack.encode(4, COMMIT);
    PackBuilder fresh = builder(100_000);
    fresh.add(id(1), chunk(1), encoder);
    fresh.add(id(2), chunk(2), encoder);
    assertThat(object).isEqualTo(fresh.encode(4, COMMIT));
    assertThat(pack.reference(1, new PackId(VOLUME, 42, 4)))
        .isEqualTo(
            new Reference(
                id(2), new PackId(VOLUME, 42, 4), pack.offsetBytes(1), pack.lengthBytes(1)));
  }

  @Test
  void refusesABufferThatHoldsNotEvenOneFrame() {
    int enough = PackBuilder.bytesForOneFrame(4096);
    assertThat(builder(enough).add(id(1), chunk(1), encoder)).isZero();
    assertThatThrownBy(() -> builder(enough - 1).add(id(1), chunk(1), encoder))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private PackBuilder builder(int bytes) {
    return new PackBuilder(ByteBuffer.allocateDirect(bytes), VOLUME, 42, TOKEN, PackKind.CHUNKS);
  }

  private ChunkId id(int number) {
    return hasher.id(chunk(number));
  }

  private static ByteBuffer chunk(int number) {
    ByteBuffer chunk = ByteBuffer.allocate(4096);
    for (int i = 0; i < 1024; i++) {
      chunk.putInt((number * i * 0x9e3779b1) >>> (i % 32));
    }
    return chunk.flip();
  }
}
