package io.tidemark.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class IdSyntaxTest {
  @Test
  void drawsWhatItTakes() {
    SplittableRandom random = new SplittableRandom(1);
    assertThat(VolumeId.isValid(VolumeId.random(random).text())).isTrue();
    assertThat(SnapshotId.isValid(SnapshotId.random(random).text())).isTrue();
    assertThat(HostId.isValid(HostId.random(random).text())).isTrue();
    assertThat(PolicyId.isValid(PolicyId.random(random).text())).isTrue();
    assertThat(VolumeId.random(random).text()).hasSize(VolumeId.CHARACTERS);
  }

  @Test
  void takesNothingButThePrefixAndSeventeenLowerCaseDigits() {
    for (String wrong :
        List.of(
            "",
            "vol-",
            "vol-0123456789abcdef",
            "vol-0123456789abcdef01",
            "vol-0123456789abcdefg",
            "vol-0123456789ABCDEF0",
            "vol-0123456789abcdef٠",
            "snap-0123456789abcdef0",
            " vol-0123456789abcdef0",
            "vol-0123456789abcdef0\n")) {
      assertThat(VolumeId.isValid(wrong)).as(wrong).isFalse();
      assertThatThrownBy(() -> new VolumeId(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Not a volume id: '" + wrong + "' (wanted vol- and 17 of the digits 0-9a-f)");
    }
  }
}
