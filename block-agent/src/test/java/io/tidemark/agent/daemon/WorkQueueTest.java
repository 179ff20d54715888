package io.tidemark.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private final WorkQueue queue = new WorkQueue();
  private int drawn;

  private Job.ForSnapshot job(int volume, long dueSeconds) {
    NamedVolume named =
        new NamedVolume(
            new VolumeId(String.format("vol-%017d", volume)),
            "v" + volume,
            "host-a",
            "/v",
            new TreeMap<>(),
            RepositoryState.Life.OPEN,
            1,
            More.NONE);
    drawn++;
    SnapshotId id = new SnapshotId(String.format("snap-%017d", drawn));
    return new Job.ForSnapshot(named, id, Optional.of(NOON.plusSeconds(dueSeconds)));
  }

  @Test
  void takesWhatHasToBeginFirst() {
    Job later = job(1, 60);
    Job sooner = job(2, 30);
    queue.offer(later);
    queue.offer(sooner);
    assertThat(queue.take(2)).contains(sooner);
    assertThat(queue.take(2)).contains(later);
  }

  @Test
  void takesOneAtATimeOfAVolumeAndPassesOnToOthers() {
    Job first = job(1, 10);
    Job second = job(1, 20);
    Job other = job(2, 30);
    queue.offer(first);
    queue.offer(second);
    queue.offer(other);
    assertThat(queue.take(3)).contains(first);
    assertThat(queue.take(3)).contains(other);
    assertThat(queue.take(3)).isEmpty();
    queue.done(first);
    assertThat(queue.take(3)).contains(second);
  }

  @Test
  void takesNoMoreThanAllowed() {
    queue.offer(job(1, 10));
    queue.offer(job(2, 10));
    assertThat(queue.take(1)).isPresent();
    assertThat(queue.take(1)).isEmpty();
    assertThat(queue.waiting()).isEqualTo(1);
  }

  @Test
  void knowsARequestUntilItIsDone() {
    Job job = job(1, 10);
    assertThat(queue.offer(job)).isTrue();
    assertThat(queue.offer(job)).isFalse();
    queue.take(1);
    assertThat(queue.offer(job)).isFalse();
    queue.defer(job);
    assertThat(queue.knows(job.marker())).isTrue();
    assertThat(queue.take(1)).isEmpty();
    queue.recall();
    assertThat(queue.take(1)).contains(job);
    queue.done(job);
    assertThat(queue.knows(job.marker())).isFalse();
  }

  @Test
  void takesOutWhatIsLate() {
    Job.ForSnapshot late = job(1, -1);
    Job.ForSnapshot early = job(2, 1);
    queue.offer(late);
    queue.offer(early);
    assertThat(queue.takeLate(NOON)).containsExactly(late);
    assertThat(queue.take(2)).contains(early);
    assertThat(queue.take(2)).isEmpty();
  }
}
