package io.tidemark.functions.cbs.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DiskFieldsTest {
  @Test
  void aDiskThatWasMadeMeanwhileIsThere() {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-21T10:15:30Z"));
    MemoryObjectStore store = new MemoryObjectStore(clock);
    Repository repository =
        Repository.initialise(
            store, Writers.writer(store, "test", clock, new SplittableRandom(1)), "local");
    Volumes volumes = new Volumes(repository);
    NamedVolume copy =
        volumes.add(
            new VolumeName("copy"), "host", RestoreRequests.source("fast"), ChunkSize.DEFAULT);
    RepositoryState early = repository.journal().read().state();
    assertThat(new DiskFields(repository, early, copy).isThere()).isFalse();

    volumes.describe(
        copy.id(), old -> new Volumes.Description(old.host(), "/copy.raw", old.tags()));

    DiskFields disk = new DiskFields(repository, early, copy);
    assertThat(disk.isThere()).isTrue();
    assertThat(disk.word()).isEqualTo("UNATTACHED");
  }
}
