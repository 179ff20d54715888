package io.tidemark.repository.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.SmallRepository;
import io.tidemark.repository.testing.TinyReader.Manner;
import io.tidemark.repository.testing.TinyReader.Outcome;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A reader among deleters and collectors, stopped before its first chunk.
class ReaderTest {
  private final Outcome[] outcome = new Outcome[1];

  private void play(Manner manner, Meanwhile meanwhile, Consumer<World> after)
      throws InterruptedException {
    Throwable[] failure = new Throwable[1];
    Thread stage =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  try (World world = new World(4)) {
                    Image image =
                        world.image(SmallRepository.image("s", 9, Map.of(0L, 1, 5L, 3, 8L, 6)));
                    Entry[] entry = new Entry[1];
                    world.finish(
                        world.start(
                            "writer",
                            hands ->
                                entry[0] =
                                    hands.create(image, SnapshotSession.ParentChoice.newest())));
                    SnapshotId id = entry[0].snapshot();
                    Actor reader =
                        world.start("reader", hands -> outcome[0] = hands.read(id, manner));
                    String chunks = ObjectKeys.pack(world.volume, entry[0].born(), 0);
                    world.until(reader, call -> call.is(StoreCall.GET, chunks));
                    meanwhile.happens(world, id);
                    world.finish(reader);
                    assertThat(reader.failure()).isNull();
                    after.accept(world);
                  } catch (Throwable e) {
                    failure[0] = e;
                  }
                });
    stage.start();
    stage.join();
    assertThat(failure[0]).isNull();
  }

  private interface Meanwhile {
    void happens(World world, SnapshotId id);
  }

  private static void purgeAndCollect(World world, SnapshotId id) {
    world.finish(world.start("deleter", hands -> hands.delete(id, Snapshots.Deletion.NOW)));
    world.finish(world.start("collector", hands -> hands.applyCollection(hands.planCollection())));
  }

  private static void assertNoViolation(World world) {
    assertThat(world.oracle.violation()).isEmpty();
  }

  @Test
  void underAHoldItReadsWhatIsDeletedAndCollectedMeanwhile() throws InterruptedException {
    play(
        Manner.HELD,
        ReaderTest::purgeAndCollect,
        world -> {
          assertNoViolation(world);
          assertThat(world.oracle.state().holds()).isEmpty();
        });
    assertThat(outcome[0]).isEqualTo(new Outcome.Right());
  }

  @Test
  void withoutAHoldItIsToldDeletedAndNotDamaged() throws InterruptedException {
    play(Manner.BARE, ReaderTest::purgeAndCollect, ReaderTest::assertNoViolation);
    assertThat(outcome[0]).isEqualTo(new Outcome.Deleted());
  }

  @Test
  void whoseHoldWasTakenForSilentIsToldDeleted() throws InterruptedException {
    play(
        Manner.HELD,
        (world, id) -> {
          world.pass(Hands.silence());
          world.finish(world.start("upkeep", Hands::upkeepAndCollect));
          purgeAndCollect(world, id);
        },
        ReaderTest::assertNoViolation);
    assertThat(outcome[0]).isEqualTo(new Outcome.Deleted());
  }

  @Test
  void inTheTrashASnapshotIsStillRead() throws InterruptedException {
    play(
        Manner.BARE,
        (world, id) -> {
          world.finish(
              world.start("deleter", hands -> hands.delete(id, Snapshots.Deletion.TO_TRASH)));
          world.finish(
              world.start("collector", hands -> hands.applyCollection(hands.planCollection())));
        },
        ReaderTest::assertNoViolation);
    assertThat(outcome[0]).isEqualTo(new Outcome.Right());
  }

  @Test
  void aPackThatIsLostThoughARootNamesItIsDamage() throws InterruptedException {
    for (Manner manner : Manner.values()) {
      play(
          manner,
          (world, id) ->
              world.memory.delete(
                  List.of(world.oracle.needed().stream().sorted().findFirst().orElseThrow())),
          world -> assertThat(world.oracle.violation()).isPresent());
      assertThat(outcome[0]).isInstanceOf(Outcome.Damaged.class);
    }
  }

  @Test
  void itsHoldIsAReaders() throws InterruptedException {
    play(
        Manner.HELD,
        (world, id) ->
            assertThat(world.oracle.state().holds().values())
                .singleElement()
                .satisfies(hold -> assertThat(hold.kind()).isEqualTo(Hold.Kind.READER)),
        ReaderTest::assertNoViolation);
  }
}
