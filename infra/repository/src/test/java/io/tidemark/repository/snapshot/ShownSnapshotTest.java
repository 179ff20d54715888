package io.tidemark.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.ScanFacts;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShownSnapshotTest {
  private static final VolumeId VOLUME = new VolumeId("vol-00000000000000001");
  private static final SnapshotId SNAPSHOT = new SnapshotId("snap-00000000000000002");
  private static final SnapshotId PARENT = new SnapshotId("snap-00000000000000001");
  private static final Token TOKEN = new Token(1, 2);
  private static final Instant AT = Instant.parse("2026-11-21T10:15:30.123456Z");
  private static final Root ROOT =
      new Root(
          VOLUME,
          65_536,
          Optional.empty(),
          new Reference(new ChunkId(1, 2, 3, 4), new PackId(VOLUME, 2, 0), 64, 100),
          3);

  @Test
  void showsAReadySnapshotWithAllThatWasMeasured() {
    SnapshotFacts facts =
        new SnapshotFacts(
            AT,
            Consistency.APPLICATION,
            1,
            2,
            3,
            4,
            5,
            6_007,
            Optional.empty(),
            OptionalLong.of(12));
    ShownSnapshot shown =
        shown(
            new Phase.Ready(
                new Phase.Content(ROOT, 2, TOKEN, 3, Optional.of(PARENT), 1, AT, facts)));

    Instant milliseconds = Instant.parse("2026-11-21T10:15:30.123Z");
    assertThat(shown)
        .isEqualTo(
            new ShownSnapshot(
                SNAPSHOT.text(),
                "web",
                VOLUME.text(),
                "before the upgrade",
                "READY",
                "manual",
                milliseconds,
                Optional.of(milliseconds),
                Optional.of(milliseconds),
                Optional.of(65_536L),
                Optional.of(1L),
                Optional.of(2L),
                Optional.of(3L),
                Optional.of(4L),
                Optional.of(5L),
                Optional.of(PARENT.text()),
                Optional.of("application"),
                Optional.of(new BigDecimal("6.007")),
                Optional.of(12L),
                new TreeMap<>(Map.of("k", "v")),
                Optional.empty(),
                List.of(new ShownSnapshot.ShownHold(9, "person", "ann@host", "audit")),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void showsHowWhatHadChangedWasFoundOut() {
    ScanFacts.Tracked tracked =
        new ScanFacts.Tracked("dirty bitmap of QEMU", 65_536, 512, Optional.of(AT), 3);
    SnapshotFacts facts =
        new SnapshotFacts(
            AT, Consistency.CRASH, 1, 2, 3, 4, 5, 6, Optional.of(tracked), OptionalLong.empty());
    ShownSnapshot shown =
        shown(
            new Phase.Ready(
                new Phase.Content(ROOT, 2, TOKEN, 3, Optional.of(PARENT), 1, AT, facts)));

    assertThat(shown.scan())
        .contains(
            new ShownScan(
                "tracked",
                Optional.empty(),
                Optional.of("dirty bitmap of QEMU"),
                Optional.of(65_536L),
                Optional.of(512L),
                Optional.of(new BigDecimal("0.00582")),
                Optional.of(Instant.parse("2026-11-21T10:15:30.123Z")),
                Optional.of(3L),
                Optional.empty()));
  }

  @Test
  void showsARunningSnapshotWithItsParentAlone() {
    ShownSnapshot shown =
        shown(new Phase.Creating(2, TOKEN, "host", Optional.of(new Phase.Parent(PARENT, ROOT, 1))));

    assertThat(shown.state()).isEqualTo("CREATING");
    assertThat(shown.parent()).contains(PARENT.text());
    assertThat(shown.committedAt()).isEmpty();
    assertThat(shown.sizeBytes()).isEmpty();
    assertThat(shown.reason()).isEmpty();
  }

  @Test
  void showsWhyASnapshotFailed() {
    ShownSnapshot shown = shown(new Phase.Failed("the disk went away"));

    assertThat(shown.state()).isEqualTo("FAILED");
    assertThat(shown.reason()).contains("the disk went away");
  }

  private static ShownSnapshot shown(Phase phase) {
    return ShownSnapshot.of(
        new Snapshot(
            new NamedVolume(
                VOLUME,
                "web",
                "host",
                "/disk.img",
                new TreeMap<>(),
                RepositoryState.Life.OPEN,
                1,
                More.NONE),
            new Entry(
                SNAPSHOT,
                new Label("before the upgrade", new TreeMap<>(Map.of("k", "v")), Optional.empty()),
                Origin.MANUAL,
                Optional.empty(),
                2,
                3,
                AT,
                phase,
                More.NONE),
            List.of(
                new Hold(
                    9,
                    SNAPSHOT,
                    ROOT,
                    Hold.Kind.PERSON,
                    "ann@host",
                    "audit",
                    Optional.empty(),
                    More.NONE))));
  }
}
