package io.tidemark.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.pack.PackContents;
import io.tidemark.repository.pack.PackHeader;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReuseWindowTest {
  private static final Token TOKEN = new Token(1, 2);
  private static final int CHUNKS_A_PACK = 10;

  private final List<PackId> used = new ArrayList<>();

  @Test
  void forgetsWhatWasUsedLeastLately() {
    ReuseWindow window = window(Stream.empty(), 3);
    Shipment shipment = new Shipment();
    for (int i = 0; i < 3; i++) {
      window.add(new StoredChunk(id(i), shipment, i, 1));
    }
    assertThat(window.find(id(0))).isNotNull();
    window.add(new StoredChunk(id(3), shipment, 3, 1));
    assertThat(window.find(id(1))).isNull();
    assertThat(window.find(id(0))).isNotNull();
    assertThat(window.find(id(2))).isNotNull();
    assertThat(window.find(id(3))).isNotNull();
  }

  @Test
  void findsAllOfManyEarlierPacksInOrder() {
    int packs = 500;
    ReuseWindow window = window(IntStream.range(0, packs).mapToObj(this::pack), 100);
    assertThat(used).hasSizeLessThan(15);
    for (int chunk = 0; chunk < packs * CHUNKS_A_PACK; chunk++) {
      StoredChunk found = Objects.requireNonNull(window.find(id(chunk)), "chunk " + chunk);
      assertThat(found.reference().pack().k()).isEqualTo(chunk / CHUNKS_A_PACK);
    }
    assertThat(used).hasSize(packs);
  }

  @Test
  void whatIsNeverFoundDoesNotStopWhatComes() {
    int packs = 500;
    ReuseWindow window = window(IntStream.range(0, packs).mapToObj(this::pack), 1000);
    // Half of each pack is not there any more.
    for (int chunk = 0; chunk < packs * CHUNKS_A_PACK; chunk += 2) {
      assertThat(window.find(id(chunk))).as("chunk %d", chunk).isNotNull();
    }
  }

  @Test
  void takesOnlyThisSessionsChunks() {
    PackContents another = pack(0, new Token(1, 3), PackKind.CHUNKS);
    PackContents nodes = pack(1, TOKEN, PackKind.NODES);
    ReuseWindow window = window(Stream.of(another, nodes, pack(2)), 100);
    assertThat(window.find(id(0))).isNull();
    assertThat(window.find(id(CHUNKS_A_PACK))).isNull();
    assertThat(window.find(id(2 * CHUNKS_A_PACK))).isNotNull();
    assertThat(used).containsExactly(pack(2).header().id());
  }

  private ReuseWindow window(Stream<PackContents> earlier, int mostChunks) {
    return new ReuseWindow(earlier.iterator(), TOKEN, sent -> used.add(sent.id()), mostChunks);
  }

  private PackContents pack(int k) {
    return pack(k, TOKEN, PackKind.CHUNKS);
  }

  private static PackContents pack(int k, Token token, PackKind kind) {
    PackId id = new PackId(SnapshotBench.VOLUME, 7, k);
    List<Reference> frames = new ArrayList<>();
    for (int i = 0; i < CHUNKS_A_PACK; i++) {
      frames.add(new Reference(id(k * CHUNKS_A_PACK + i), id, 100 * (i + 1), 100));
    }
    Collections.reverse(frames);
    return new PackContents(
        new PackHeader(id, kind, token, new CommitId(k, k)), 100 * CHUNKS_A_PACK + 500, frames);
  }

  private static ChunkId id(int number) {
    return new ChunkId(number, 1, 2, 3);
  }
}
