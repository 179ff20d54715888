package io.tidemark.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.format.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CommitIdTest {
  @Test
  void readsBackWhatItWrites() {
    CommitId id = CommitId.random(new SplittableRandom(1));
    assertThat(CommitId.parse(id.toString())).isEqualTo(id);
    assertThat(Token.parse(id.toString())).hasToString(id.toString());
    assertThat(new CommitId(0x0123456789abcdefL, -2))
        .hasToString("0123456789abcdeffffffffffffffffe");
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    id.write(bytes);
    assertThat(CommitId.read(bytes.flip())).isEqualTo(id);
    assertThat(Token.read(bytes.flip())).hasToString(id.toString());
  }

  @Test
  void takesNothingButThirtyTwoLowerCaseDigits() {
    for (String wrong :
        new String[] {"", "0".repeat(31), "0".repeat(33), "A".repeat(32), "+".repeat(32)}) {
      assertThatThrownBy(() -> CommitId.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Token.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aVolumeIdHasABinaryForm() throws MalformedException {
    for (String id :
        new String[] {"vol-00000000000000000", "vol-fffffffffffffffff", "vol-0123456789abcdef0"}) {
      ByteBuffer bytes = ByteBuffer.allocate(VolumeId.BYTES);
      new VolumeId(id).write(bytes);
      assertThat(VolumeId.read(bytes.flip())).hasToString(id);
    }
    ByteBuffer tooLarge = ByteBuffer.allocate(VolumeId.BYTES).put(0, (byte) 0x10);
    assertThatThrownBy(() -> VolumeId.read(tooLarge)).isInstanceOf(MalformedException.class);
  }
}
