package io.tidemark.repository.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.Collection;
import io.tidemark.repository.collect.Collector;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.quota.QuotaSettings;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.TinyAgent;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UsagesTest {
  /// A pack that holds a list alone is in no list.
  private static final long LIST_PACK_BYTES = 1024;

  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final Repository repository =
      Repository.initialise(
          memory, Writers.writer(memory, "f", clock, new SplittableRandom(1)), "here");
  private final NamedVolume web =
      new Volumes(repository).add(new VolumeName("web"), "alpha", "/disk", Image.CHUNK_SIZE);
  private final RandomGenerator random = Seeded.random("UsagesTest");

  private SnapshotId create(Image image) {
    try (TinyAgent agent = new TinyAgent(repository, TinyAgent.Habit.PLAIN)) {
      SnapshotSession session = agent.begin(web.id(), image, SnapshotSession.ParentChoice.newest());
      Written written = agent.write(session, image);
      return session
          .commit(
              written,
              new SnapshotFacts(
                  clock.instant(), Consistency.IDLE, 1, 1, 1, session.packBytes(), 1, 1))
          .snapshot();
    }
  }

  private long stored() {
    return memory.list(ObjectKeys.packs(web.id()), "", 1000).entries().stream()
        .mapToLong(Listing.Entry::sizeBytes)
        .sum();
  }

  private Collection collect() {
    try (StoreNodeSource nodes = new StoreNodeSource(memory)) {
      Collector collector = new Collector(repository, nodes);
      return collector.apply(collector.plan(web.id()));
    }
  }

  private Map<SnapshotId, Optional<Long>> freed() {
    try (StoreNodeSource nodes = new StoreNodeSource(memory)) {
      return new Usages(repository).freedBytes(web.id(), nodes);
    }
  }

  @Test
  void bytesAreThoseOfThePacksAndWhatIsForetoldIsFreed() {
    Image image = Image.empty("i0");
    List<SnapshotId> ids = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      image = image.changed("i" + i, random);
      ids.add(create(image));
      assertThat(new IndexReader(memory).usage(web.id()).bytes()).isEqualTo(stored());
    }
    while (!ids.isEmpty()) {
      SnapshotId id = ids.remove(random.nextInt(ids.size()));
      long foretold = freed().getOrDefault(id, Optional.empty()).orElseThrow();
      Snapshots snapshots = new Snapshots(repository);
      snapshots.delete(List.of(snapshots.find(id)), Snapshots.Deletion.NOW);
      assertThat(new IndexReader(memory).usage(web.id()).bytes()).isEqualTo(stored());
      long freedBytes = collect().freedBytes();
      assertThat(freedBytes - foretold).isBetween(0L, LIST_PACK_BYTES);
      assertThat(new IndexReader(memory).usage(web.id()).bytes()).isEqualTo(stored());
      assertThat(new IndexReader(memory).usage(web.id()).snapshots()).isEqualTo(ids.size());
    }
    assertThat(stored()).isZero();
  }

  @Test
  void whereAListIsGoneNothingIsForetold() {
    SnapshotId id = create(Image.empty("i").changed("j", random));
    memory.delete(
        memory.list(ObjectKeys.packs(web.id()), "", 1000).entries().stream()
            .map(Listing.Entry::key)
            .toList());
    assertThat(freed()).containsEntry(id, Optional.empty());
  }

  @Test
  void totalsStandBesideTheLimits() {
    create(Image.empty("i").changed("j", random));
    Quotas limits = new Quotas(OptionalLong.of(9), OptionalLong.empty(), OptionalLong.empty());
    assertThat(new QuotaSettings(repository).change(_ -> limits)).isEqualTo(limits);
    RepositoryUsage usage = new Usages(repository).read(repository.journal().read().state());
    assertThat(usage.snapshots()).isEqualTo(1);
    assertThat(usage.bytes()).isEqualTo(stored());
    assertThat(usage.quotas()).isEqualTo(limits);
    assertThat(usage.volumes())
        .singleElement()
        .satisfies(volume -> assertThat(volume.volume()).isEqualTo(web));
  }
}
