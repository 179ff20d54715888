package io.tidemark.repository.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.pack.PackHeader;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.SmallRepository;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotSessionTest {
  private final SmallRepository bench = new SmallRepository();
  private final Image image = SmallRepository.image("first", 3, Map.of(0L, 1, 2L, 3));

  @AfterEach
  void close() {
    bench.close();
  }

  /// What may lie where a session's next pack is to go.
  enum Foreign {
    NOTHING_IN_IT,
    CUT_HEADER,
    TEXT,
    DAMAGED_HEADER,
    NEWER_FORMAT;

    /// @param sound a pack's header
    ByteBuffer bytes(byte[] sound) {
      byte[] header = sound.clone();
      return ByteBuffer.wrap(
          switch (this) {
            case NOTHING_IN_IT -> new byte[0];
            case CUT_HEADER -> Arrays.copyOf(sound, PackHeader.BYTES - 1);
            case TEXT -> "x".repeat(500).getBytes(UTF_8);
            case DAMAGED_HEADER -> {
              header[60] ^= 1;
              yield header;
            }
            case NEWER_FORMAT -> {
              header[9] = 2;
              CRC32C crc = new CRC32C();
              crc.update(header, 0, PackHeader.BYTES - 4);
              ByteBuffer.wrap(header).putInt(PackHeader.BYTES - 4, (int) crc.getValue());
              yield header;
            }
          });
    }
  }

  private byte[] anyHeader() {
    Entry entry = bench.create(SmallRepository.image("earlier", 1, Map.of(0L, 5)));
    byte[] pack = bench.memory.get(entry.root().orElseThrow().packList().pack().key());
    return Arrays.copyOf(pack, PackHeader.BYTES);
  }

  @ParameterizedTest
  @EnumSource
  void whateverLiesAtAPacksKeyTheNextNumberIsTaken(Foreign foreign) {
    byte[] header = anyHeader();
    SnapshotSession session =
        bench.agent.begin(bench.volume, image, SnapshotSession.ParentChoice.newest());
    String taken = ObjectKeys.pack(bench.volume, session.number(), 0);
    bench.memory.createIfAbsent(taken, foreign.bytes(header));
    Entry entry = bench.agent.commit(session, bench.agent.write(session, image));
    assertThat(image.differs(bench.memory, entry.root().orElseThrow())).isEmpty();
    assertThat(bench.packs()).contains(ObjectKeys.pack(bench.volume, session.number(), 1));
  }

  @ParameterizedTest
  @EnumSource
  void whoResumesPassesOverWhatIsNoPackOfTheSession(Foreign foreign) {
    byte[] header = anyHeader();
    SnapshotSession session =
        bench.agent.begin(bench.volume, image, SnapshotSession.ParentChoice.newest());
    bench.memory.createIfAbsent(
        ObjectKeys.pack(bench.volume, session.number(), 4), foreign.bytes(header));
    String folder = ObjectKeys.packs(bench.volume, session.number());
    bench.memory.createIfAbsent(folder + "00000000.part", ByteBuffer.wrap(new byte[9]));
    ResumedSessions.Resumed resumed =
        new ResumedSessions(bench.repository)
            .resume(bench.volume, session.snapshot())
            .orElseThrow();
    assertThat(resumed.packs()).isEmpty();
    Entry entry =
        bench.agent.commit(resumed.session(), bench.agent.write(resumed.session(), image));
    assertThat(image.differs(bench.memory, entry.root().orElseThrow())).isEmpty();
    assertThat(bench.keys(folder)).contains(ObjectKeys.pack(bench.volume, session.number(), 5));
  }

  @Test
  void aPackCopiedToAnotherKeyIsNotResumedWith() {
    SnapshotSession session =
        bench.agent.begin(bench.volume, image, SnapshotSession.ParentChoice.newest());
    bench.agent.write(session, image);
    byte[] first = bench.memory.get(ObjectKeys.pack(bench.volume, session.number(), 0));
    bench.memory.createIfAbsent(
        ObjectKeys.pack(bench.volume, session.number(), 9), ByteBuffer.wrap(first));
    ResumedSessions.Resumed resumed =
        new ResumedSessions(bench.repository)
            .resume(bench.volume, session.snapshot())
            .orElseThrow();
    assertThat(resumed.packs().stream().map(found -> found.header().id().k()).toList())
        .isEqualTo(List.of(0, 1, 2));
  }

  private static final Beat BEAT = new Beat(Instant.EPOCH, 1, 1, 0, 0);

  /// A beat may be under way while the session ends itself.
  @Test
  void aBeatThatComesAfterTheSessionsOwnEndFindsNobodyElseAtFault() {
    SnapshotSession committed =
        bench.agent.begin(bench.volume, image, SnapshotSession.ParentChoice.newest());
    bench.agent.commit(committed, bench.agent.write(committed, image));
    SnapshotSession aborted =
        bench.agent.begin(bench.volume, image, SnapshotSession.ParentChoice.newest());
    aborted.abort("not wanted");
    SnapshotSession failed =
        bench.agent.begin(bench.volume, image, SnapshotSession.ParentChoice.newest());
    failed.fail("no luck");

    committed.beat(BEAT);
    aborted.beat(BEAT);
    failed.beat(BEAT);
  }

  @Test
  void aBeatFindsThatSomebodyElseHasEndedTheSession() {
    SnapshotSession session =
        bench.agent.begin(bench.volume, image, SnapshotSession.ParentChoice.newest());
    new ResumedSessions(bench.repository)
        .resume(bench.volume, session.snapshot())
        .orElseThrow()
        .session()
        .abort("not wanted");

    assertThatThrownBy(() -> session.beat(BEAT)).isInstanceOf(SessionEnded.class);
  }
}
