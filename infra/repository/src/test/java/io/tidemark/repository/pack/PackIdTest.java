package io.tidemark.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackIdTest {
  private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");

  @Test
  void isReadFromItsKey() {
    PackId id = new PackId(VOLUME, 7, 12);
    assertThat(PackId.ofKey(VOLUME, id.key())).isEqualTo(id);
    assertThat(PackId.find(VOLUME, id.key())).contains(id);
  }

  @Test
  void whatIsNoPacksKeyIsNone() {
    String folder = ObjectKeys.packs(VOLUME);
    for (String name :
        List.of(
            "",
            "00000000000000000001",
            "00000000000000000001/",
            "00000000000000000000/00000000",
            "00000000000000000001/00000000.part",
            "00000000000000000001/99999999999",
            "00000000000000000001/-0000001",
            "99999999999999999999/00000000",
            "00000000000000000001/00000000/1")) {
      assertThat(PackId.find(VOLUME, folder + name)).as(name).isEmpty();
      assertThatThrownBy(() -> PackId.ofKey(VOLUME, folder + name))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
