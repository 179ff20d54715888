package io.tidemark.agent.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import net.openhft.hashing.LongTupleHashFunction;
import org.junit.jupiter.api.Test;

class FingerprinterTest {
  private static final long SEED = 0x1234_5678_9abc_def0L;

  private final ByteBuffer bytes = random(70_000);

  @Test
  void isXxh3OfAllLengthsBeyondTheShortOnes() {
    LongTupleHashFunction xxh3 = LongTupleHashFunction.xx128(SEED);
    Fingerprinter fingerprinter = new Fingerprinter(SEED);
    byte[] array = new byte[bytes.capacity()];
    bytes.get(0, array);
    for (int length = 241; length < 3500; length++) {
      assertThat(of(fingerprinter, 8, length))
          .as("%d bytes", length)
          .containsExactly(xxh3.hashBytes(array, 8, length));
    }
    for (int length : new int[] {4096, 32768, 65536, 65537}) {
      assertThat(of(fingerprinter, 16, length)).containsExactly(xxh3.hashBytes(array, 16, length));
    }
  }

  @Test
  void dependsOnTheSeed() {
    assertThat(of(new Fingerprinter(1), 0, 4096)).isNotEqualTo(of(new Fingerprinter(2), 0, 4096));
  }

  @Test
  void tellsShortPiecesApartByLengthAndContent() {
    Fingerprinter fingerprinter = new Fingerprinter(SEED);
    ByteBuffer zeros = ByteBuffer.allocateDirect(300).order(ByteOrder.LITTLE_ENDIAN);
    long[] one = new long[2];
    long[] other = new long[2];
    for (int length = 1; length < 260; length++) {
      fingerprinter.fingerprint(zeros, 0, length, one, 0);
      fingerprinter.fingerprint(zeros, 0, length + 1, other, 0);
      assertThat(one).isNotEqualTo(other);
      zeros.put(length - 1, (byte) 1);
      fingerprinter.fingerprint(zeros, 0, length, other, 0);
      assertThat(one).isNotEqualTo(other);
      zeros.put(length - 1, (byte) 0);
    }
  }

  @Test
  void refusesTheOtherByteOrder() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Fingerprinter(1)
                    .fingerprint(ByteBuffer.allocate(4096), 0, 4096, new long[2], 0));
  }

  private long[] of(Fingerprinter fingerprinter, int offset, int length) {
    long[] words = new long[2];
    fingerprinter.fingerprint(bytes, offset, length, words, 0);
    return words;
  }

  private static ByteBuffer random(int length) {
    byte[] array = new byte[length];
    new Random(7).nextBytes(array);
    return ByteBuffer.allocateDirect(length).put(array).clear().order(ByteOrder.LITTLE_ENDIAN);
  }
}
