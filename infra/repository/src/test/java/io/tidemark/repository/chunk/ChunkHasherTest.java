package io.tidemark.repository.chunk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class ChunkHasherTest {
  @Test
  void namesBytesByTheirSha256() {
    ChunkHasher hasher = new ChunkHasher();
    assertThat(hasher.id(ByteBuffer.wrap("abc".getBytes(US_ASCII))))
        .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(hasher.id(ByteBuffer.allocateDirect(0)))
        .hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void takesWhatRemainsAndMovesNothing() {
    ChunkHasher hasher = new ChunkHasher();
    ByteBuffer direct = ByteBuffer.allocateDirect(100_000);
    for (int i = 0; i < direct.capacity(); i++) {
      direct.put(i, (byte) i);
    }
    direct.position(3).limit(90_001);
    byte[] same = new byte[direct.remaining()];
    direct.get(3, same);
    assertThat(hasher.id(direct)).isEqualTo(hasher.id(ByteBuffer.wrap(same)));
    assertThat(direct.position()).isEqualTo(3);
    assertThat(direct.limit()).isEqualTo(90_001);
  }

  @Test
  void findsASingleOneAnywhere() {
    for (ByteBuffer bytes :
        new ByteBuffer[] {ByteBuffer.allocate(300), ByteBuffer.allocateDirect(300)}) {
      for (int from = 0; from < 70; from++) {
        bytes.limit(300 - from).position(from);
        assertThat(Zeros.isZero(bytes)).isTrue();
        for (int i = from; i < bytes.limit(); i++) {
          bytes.put(i, (byte) 0x80);
          assertThat(Zeros.isZero(bytes)).isFalse();
          bytes.put(i, (byte) 0);
        }
        bytes.clear();
        bytes.put(from, (byte) 1).put(299 - from, (byte) 1);
        bytes.limit(299 - from).position(from + 1);
        assertThat(Zeros.isZero(bytes)).isTrue();
        bytes.clear().put(new byte[300]).clear();
      }
    }
  }
}
