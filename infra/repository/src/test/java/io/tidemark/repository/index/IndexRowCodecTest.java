package io.tidemark.repository.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.testing.Damage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IndexRowCodecTest {
  private static IndexRow row() {
    VolumeState state =
        Samples.after(
            Samples.opened(),
            Samples.begun(Samples.snapshot(1), Samples.token(1), Optional.empty()),
            Samples.committed(Samples.snapshot(1), 2, Samples.token(1)),
            Samples.held(Samples.snapshot(1), Samples.root(2, 3), Hold.Kind.PERSON));
    Entry entry = state.find(Samples.snapshot(1)).orElseThrow();
    return new IndexRow(Samples.VOLUME, 4, entry, List.copyOf(state.holds().values()));
  }

  @Test
  void aRowComesBack() throws MalformedException {
    byte[] bytes = IndexRowCodec.encode(row());
    assertThat(IndexRowCodec.decode(bytes)).isEqualTo(row());
    assertThat(IndexRowCodec.encode(IndexRowCodec.decode(bytes))).isEqualTo(bytes);
  }

  @Test
  void aDamagedRowIsARowOrMalformed() {
    Damage.everywhere(
        IndexRowCodec.encode(row()),
        damaged -> {
          try {
            assertThat(IndexRowCodec.decode(damaged)).isNotNull();
          } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        });
  }

  @Test
  void aNewerRowIsNotRead() {
    assertThatThrownBy(() -> IndexRowCodec.decode("{\"format\":2}".getBytes(UTF_8)))
        .isInstanceOf(MalformedException.class);
  }
}
