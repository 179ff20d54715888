package io.tidemark.repository.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.decorated.Fault;
import io.tidemark.repository.store.decorated.FaultyObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.SmallRepository;
import io.tidemark.repository.testing.Writers;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VolumesTest {
  private final SmallRepository bench = new SmallRepository();
  private final FaultyObjectStore faulty = new FaultyObjectStore(bench.memory);
  private final Repository slow =
      Repository.open(faulty, Writers.writer(faulty, "slow", bench.clock, new SplittableRandom(7)));

  @AfterEach
  void close() {
    bench.close();
  }

  private NamedVolume addSlowly() {
    return new Volumes(slow).add(new VolumeName("web"), "host-2", "/web.img", Image.CHUNK_SIZE);
  }

  private List<VolumeId> volumesWithAJournal() {
    return bench.keys(ObjectKeys.VOLUMES).stream()
        .filter(key -> key.contains("/journal/"))
        .map(key -> new VolumeId(key.split("/", -1)[1]))
        .distinct()
        .toList();
  }

  @Test
  void whoLosesTheRaceForANameClosesTheJournalThatItOpened() {
    faulty.plan(
        StoreCall.CREATE, ObjectKeys.REPOSITORY_JOURNAL, new Fault.After(() -> bench.add("web")));
    assertThatThrownBy(this::addSlowly)
        .isInstanceOf(Refused.class)
        .hasMessageContaining("There is a volume 'web' already");
    VolumeId winner = new Volumes(bench.repository).find("web").id();
    assertThat(volumesWithAJournal()).hasSize(3).contains(bench.volume, winner);
    for (VolumeId volume : volumesWithAJournal()) {
      assertThat(bench.repository.journal(volume).read().state().life())
          .as(volume.text())
          .isEqualTo(
              volume.equals(winner) || volume.equals(bench.volume)
                  ? VolumeState.Life.OPEN
                  : VolumeState.Life.CLOSED);
    }
  }

  @Test
  void whoCannotKnowWhetherTheNameIsTheirsLeavesTheJournalOpen() {
    for (int i = 0; i < 5; i++) {
      faulty.plan(StoreCall.CREATE, ObjectKeys.REPOSITORY_JOURNAL, new Fault.ReplyLost());
    }
    assertThatThrownBy(this::addSlowly).hasMessageContaining("not known whether");
    NamedVolume added = new Volumes(bench.repository).find("web");
    assertThat(bench.repository.journal(added.id()).read().state().life())
        .isEqualTo(VolumeState.Life.OPEN);
  }
}
