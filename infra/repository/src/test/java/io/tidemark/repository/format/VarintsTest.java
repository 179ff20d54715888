package io.tidemark.repository.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.testing.Seeded;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class VarintsTest {
  @Test
  void readsBackEveryNumber() throws MalformedException {
    RandomGenerator random = Seeded.random("VarintsTest");
    for (int i = 0; i < 100_000; i++) {
      long number = random.nextLong() >> random.nextInt(64);
      ByteBuffer bytes = ByteBuffer.allocate(20);
      Varints.put(bytes, number);
      Varints.putSigned(bytes, number);
      bytes.flip();
      assertThat(Varints.read(bytes)).isEqualTo(number);
      assertThat(Varints.readSigned(bytes)).isEqualTo(number);
      assertThat(bytes.hasRemaining()).isFalse();
    }
  }

  @Test
  void writesWhatTheSpecificationShows() {
    assertThat(hex(0)).isEqualTo("00");
    assertThat(hex(127)).isEqualTo("7f");
    assertThat(hex(128)).isEqualTo("8001");
    assertThat(hex(300)).isEqualTo("ac02");
    assertThat(hex(-1)).isEqualTo("ffffffffffffffffff01");
  }

  @Test
  void refusesLongForms() {
    for (String wrong :
        new String[] {"", "80", "8000", "ffffffffffffffffff02", "ffffffffffffffffffff01"}) {
      ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(wrong));
      assertThatThrownBy(() -> Varints.read(bytes)).isInstanceOf(MalformedException.class);
    }
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {11});
    assertThatThrownBy(() -> Varints.readInt(bytes, 10)).isInstanceOf(MalformedException.class);
  }

  private static String hex(long number) {
    ByteBuffer bytes = ByteBuffer.allocate(10);
    Varints.put(bytes, number);
    return HexFormat.of().formatHex(bytes.array(), 0, bytes.position());
  }
}
