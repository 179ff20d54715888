package io.tidemark.repository.journal.volume;

import static io.tidemark.repository.journal.volume.Samples.after;
import static io.tidemark.repository.journal.volume.Samples.begun;
import static io.tidemark.repository.journal.volume.Samples.closed;
import static io.tidemark.repository.journal.volume.Samples.committed;
import static io.tidemark.repository.journal.volume.Samples.described;
import static io.tidemark.repository.journal.volume.Samples.failed;
import static io.tidemark.repository.journal.volume.Samples.header;
import static io.tidemark.repository.journal.volume.Samples.held;
import static io.tidemark.repository.journal.volume.Samples.next;
import static io.tidemark.repository.journal.volume.Samples.opened;
import static io.tidemark.repository.journal.volume.Samples.released;
import static io.tidemark.repository.journal.volume.Samples.removed;
import static io.tidemark.repository.journal.volume.Samples.requested;
import static io.tidemark.repository.journal.volume.Samples.restored;
import static io.tidemark.repository.journal.volume.Samples.root;
import static io.tidemark.repository.journal.volume.Samples.snapshot;
import static io.tidemark.repository.journal.volume.Samples.token;
import static io.tidemark.repository.journal.volume.Samples.trashed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Transition;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class VolumeFoldTest {
  /// Event × state of the entry it names, where its condition is met; `·` is illegal. The same
  /// lines stand in FORMAT.md.
  private static final String ENTRY_TABLE =
      """
      | event | none | REQUESTED | CREATING | READY | TRASHED | FAILED |
      | --- | --- | --- | --- | --- | --- | --- |
      | `requested` | REQUESTED | · | · | · | · | · |
      | `begun` (a) | CREATING | CREATING | · | · | · | · |
      | `committed` (b) | · | · | READY | · | · | · |
      | `failed` | · | FAILED | FAILED | · | · | · |
      | `removed` | · | none | none | · | none | · |
      | `trashed` (c) | · | · | · | TRASHED | · | · |
      | `restored` | · | · | · | · | READY | · |
      | `held` (d) | · | · | · | READY | · | · |
      | `described` | · | REQUESTED | CREATING | READY | TRASHED | · |
      """;

  /// Event × life of the volume, for all of them.
  private static final String VOLUME_TABLE =
      """
      | event | before event 1 | open | closed |
      | --- | --- | --- | --- |
      | `opened` | open, as event 1 only | · | · |
      | `released` | · | open, where there is that hold | · |
      | `closed` | · | closed, where no entry but FAILED ones and no hold is left | · |
      | every other | · | open, as the other table says | · |
      """;

  private static final SnapshotId IT = snapshot(1);
  private static final SnapshotId OTHER = snapshot(2);

  /// The states of the one entry that the table is about, each after four events.
  private static VolumeState state(String name) {
    return switch (name) {
      case "none" -> after(opened(), requested(OTHER), described(OTHER), removed(OTHER));
      case "REQUESTED" -> after(opened(), requested(IT), described(IT), described(IT));
      case "CREATING" ->
          after(opened(), requested(IT), begun(IT, token(3), Optional.empty()), described(IT));
      case "READY" ->
          after(
              opened(),
              begun(IT, token(2), Optional.empty()),
              committed(IT, 2, token(2)),
              described(IT));
      case "TRASHED" ->
          after(
              opened(),
              begun(IT, token(2), Optional.empty()),
              committed(IT, 2, token(2)),
              trashed(IT));
      case "FAILED" -> after(opened(), requested(IT), described(IT), failed(IT));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /// The event of that type about the entry, its conditions met as far as they can be.
  private static VolumeEvent event(String type) {
    return switch (type) {
      case "requested" -> requested(IT);
      case "begun" -> begun(IT, token(5), Optional.empty());
      case "committed" -> committed(IT, 3, token(3));
      case "failed" -> failed(IT);
      case "removed" -> removed(IT);
      case "trashed" -> trashed(IT);
      case "restored" -> restored(IT);
      case "held" -> held(IT, root(2, 3), Hold.Kind.READER);
      case "described" -> described(IT);
      case "opened" -> opened();
      case "released" -> released(4);
      case "closed" -> closed();
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static Transition<VolumeState> apply(VolumeState state, VolumeEvent event) {
    return new VolumeFold().apply(state, header(5, new VolumeBodyCodec().type(event)), event);
  }

  private static String phase(VolumeState state) {
    return state.find(IT).map(entry -> entry.phase().word()).orElse("none");
  }

  /// Event and state to the state after it, one by one.
  private static Map<List<String>, String> cells(String table) {
    Map<List<String>, String> cells = new LinkedHashMap<>();
    List<String[]> rows = table.lines().map(line -> line.split(" *\\| *")).toList();
    for (String[] row : rows.subList(2, rows.size())) {
      for (int column = 2; column < row.length; column++) {
        cells.put(
            List.of(row[1].replaceAll("[`]| \\(.\\)", ""), rows.getFirst()[column]), row[column]);
      }
    }
    return cells;
  }

  @TestFactory
  Stream<DynamicTest> everyPairOfTheTable() {
    Map<List<String>, String> cells = cells(ENTRY_TABLE);
    assertThat(cells).hasSize(9 * 6);
    return cells.entrySet().stream()
        .map(
            cell -> {
              String type = cell.getKey().getFirst();
              String state = cell.getKey().getLast();
              return DynamicTest.dynamicTest(
                  type + " on " + state + ": " + cell.getValue(),
                  () -> checkPair(type, state, cell.getValue()));
            });
  }

  private static void checkPair(String type, String name, String expected) {
    VolumeState before = state(name);
    assertThat(phase(before)).isEqualTo(name);
    Transition<VolumeState> transition = apply(before, event(type));
    if (expected.equals("·")) {
      assertThat(transition).isInstanceOf(Transition.Illegal.class);
      return;
    }
    assertThat(transition).isInstanceOf(Transition.Legal.class);
    VolumeState after = ((Transition.Legal<VolumeState>) transition).state();
    assertThat(phase(after)).isEqualTo(expected);
    after
        .find(IT)
        .ifPresent(
            entry -> {
              boolean stays = name.equals(expected);
              long since = before.find(IT).map(Entry::since).orElse(0L);
              assertThat(entry.since()).isEqualTo(stays ? since : 5);
              assertThat(entry.born()).isEqualTo(before.find(IT).map(Entry::born).orElse(5L));
            });
    assertThat(after.holds()).hasSize(type.equals("held") ? 1 : 0);
  }

  @Test
  void everyTypeIsInOneOfTheTables() {
    List<String> types =
        Stream.of(ENTRY_TABLE, VOLUME_TABLE)
            .flatMap(table -> cells(table).keySet().stream().map(List::getFirst))
            .distinct()
            .filter(type -> !type.equals("every other"))
            .toList();
    assertThat(types).hasSize(VolumeEvent.class.getPermittedSubclasses().length);
    for (String type : types) {
      assertThat(new VolumeBodyCodec().type(event(type))).isEqualTo(type);
    }
  }

  @Test
  void theFormatHasTheSameTables() throws IOException {
    String format = Files.readString(Path.of("FORMAT.md"));
    assertThat(format).contains(ENTRY_TABLE).contains(VOLUME_TABLE);
  }

  private static final List<String> EVERY_TYPE =
      List.of(
          "opened",
          "requested",
          "begun",
          "committed",
          "failed",
          "removed",
          "trashed",
          "restored",
          "held",
          "released",
          "described",
          "closed");

  @Test
  void onlyOpenedIsLegalFirstAndOnlyAsEvent1() {
    for (String type : EVERY_TYPE) {
      assertThat(new VolumeFold().apply(VolumeState.EMPTY, header(1, type), event(type)))
          .isInstanceOf(type.equals("opened") ? Transition.Legal.class : Transition.Illegal.class);
      assertThat(new VolumeFold().apply(VolumeState.EMPTY, header(2, type), event(type)))
          .isInstanceOf(Transition.Illegal.class);
    }
    assertThat(apply(state("none"), opened())).isInstanceOf(Transition.Illegal.class);
  }

  @Test
  void nothingIsLegalOnAClosedVolume() {
    VolumeState state = next(state("none"), 5, closed());
    assertThat(state.life()).isEqualTo(VolumeState.Life.CLOSED);
    for (String type : EVERY_TYPE) {
      assertThat(apply(state, event(type))).isInstanceOf(Transition.Illegal.class);
    }
  }

  @Test
  void closedWantsNoEntryButFailedOnesAndNoHold() {
    for (String name : List.of("REQUESTED", "CREATING", "READY", "TRASHED")) {
      assertThat(apply(state(name), closed())).isInstanceOf(Transition.Illegal.class);
    }
    assertThat(apply(state("none"), closed())).isInstanceOf(Transition.Legal.class);
    assertThat(apply(state("FAILED"), closed())).isInstanceOf(Transition.Legal.class);
    VolumeState held = next(state("READY"), 5, event("held"));
    held = next(held, 6, trashed(IT));
    held = next(held, 7, removed(IT));
    assertThat(held.entries()).isEmpty();
    assertThat(apply(held, closed())).isInstanceOf(Transition.Illegal.class);
    assertThat(apply(next(held, 8, released(5)), closed())).isInstanceOf(Transition.Legal.class);
  }

  @Test
  void begunPinsWhatIsReadyOrHeldOnly() {
    VolumeState ready = state("READY");
    Phase.Parent parent = new Phase.Parent(IT, root(2, 3), 3);
    VolumeEvent.Begun child = begun(OTHER, token(6), Optional.of(parent));
    assertThat(apply(ready, child)).isInstanceOf(Transition.Legal.class);
    Root otherList =
        new Root(root(2, 3).volume(), 1 << 20, root(2, 3).map(), root(9, 9).packList(), 3);
    assertThat(
            apply(ready, begun(OTHER, token(6), Optional.of(new Phase.Parent(IT, otherList, 3)))))
        .isInstanceOf(Transition.Illegal.class);
    VolumeState trash = next(ready, 5, trashed(IT));
    assertThat(apply(trash, child)).isInstanceOf(Transition.Illegal.class);
    assertThat(apply(next(trash, 6, removed(IT)), child)).isInstanceOf(Transition.Illegal.class);
    VolumeState held = next(ready, 5, held(IT, root(2, 3), Hold.Kind.PERSON));
    assertThat(apply(held, child)).isInstanceOf(Transition.Legal.class);
    VolumeState heldOnly = next(ready, 5, held(IT, root(2, 3), Hold.Kind.READER));
    heldOnly = next(next(heldOnly, 6, trashed(IT)), 7, removed(IT));
    assertThat(apply(heldOnly, child)).isInstanceOf(Transition.Legal.class);
    assertThat(apply(next(heldOnly, 8, released(5)), child)).isInstanceOf(Transition.Illegal.class);
  }

  @Test
  void begunWaitsForARestoreOfItsOwnVolumeOnly() {
    VolumeEvent.Begun begun = begun(OTHER, token(6), Optional.empty());
    for (Hold.Kind kind : Hold.Kind.values()) {
      VolumeState held = next(state("READY"), 5, held(IT, root(2, 3), kind));
      assertThat(apply(held, begun))
          .isInstanceOf(
              kind == Hold.Kind.RESTORE ? Transition.Illegal.class : Transition.Legal.class);
    }
  }

  @Test
  void committedWantsNumberAndToken() {
    VolumeState creating = state("CREATING");
    assertThat(apply(creating, committed(IT, 3, token(3)))).isInstanceOf(Transition.Legal.class);
    assertThat(apply(creating, committed(IT, 3, token(4)))).isInstanceOf(Transition.Illegal.class);
    assertThat(apply(creating, committed(IT, 4, token(3)))).isInstanceOf(Transition.Illegal.class);
    assertThat(apply(creating, committed(OTHER, 3, token(3))))
        .isInstanceOf(Transition.Illegal.class);
  }

  @Test
  void theRootOfACommitThatWroteItsListNamesThatCommit() {
    Root root = state("READY").find(IT).orElseThrow().root().orElseThrow();
    assertThat(root).isEqualTo(root(2, 3));
    assertThat(root.listCommit()).isEqualTo(3);
  }

  @Test
  void aPersonsHoldKeepsFromTheTrashUntilReleased() {
    for (Hold.Kind kind : Hold.Kind.values()) {
      VolumeState held = next(state("READY"), 5, held(IT, root(2, 3), kind));
      assertThat(apply(held, trashed(IT)))
          .isInstanceOf(
              kind == Hold.Kind.PERSON ? Transition.Illegal.class : Transition.Legal.class);
      assertThat(apply(next(held, 6, released(5)), trashed(IT)))
          .isInstanceOf(Transition.Legal.class);
    }
    VolumeState two = next(state("READY"), 5, held(IT, root(2, 3), Hold.Kind.PERSON));
    two = next(two, 6, held(IT, root(2, 3), Hold.Kind.PERSON));
    assertThat(apply(next(two, 7, released(5)), trashed(IT)))
        .isInstanceOf(Transition.Illegal.class);
  }

  @Test
  void heldWantsTheRootOfAReadySnapshotOrARestoreOfAnotherVolumes() {
    VolumeState ready = state("READY");
    assertThat(apply(ready, held(IT, root(2, 4), Hold.Kind.READER)))
        .isInstanceOf(Transition.Illegal.class);
    assertThat(apply(ready, held(OTHER, root(2, 3), Hold.Kind.READER)))
        .isInstanceOf(Transition.Illegal.class);
    Root foreign =
        new Root(
            Samples.FOREIGN, 4096, Optional.empty(), Samples.reference(Samples.FOREIGN, 2, 0), 3);
    for (Hold.Kind kind : Hold.Kind.values()) {
      assertThat(apply(state("none"), held(OTHER, foreign, kind)))
          .isInstanceOf(
              kind == Hold.Kind.RESTORE ? Transition.Legal.class : Transition.Illegal.class);
    }
  }

  @Test
  void releasedWantsThatHold() {
    VolumeState held = next(state("READY"), 5, event("held"));
    assertThat(apply(held, released(4))).isInstanceOf(Transition.Illegal.class);
    assertThat(next(held, 6, released(5)).holds()).isEmpty();
    assertThat(apply(state("READY"), released(5))).isInstanceOf(Transition.Illegal.class);
  }

  @Test
  void theNewest32FailuresAreKept() {
    VolumeState state = after(opened());
    long number = 1;
    List<SnapshotId> failed = new ArrayList<>();
    for (int i = 0; i < VolumeState.MOST_FAILED + 3; i++) {
      failed.add(snapshot(100 + i));
      state = next(state, ++number, requested(failed.getLast()));
    }
    // Failed in another order than asked for: what counts is when they failed.
    for (SnapshotId each : failed.reversed()) {
      state = next(state, ++number, failed(each));
    }
    assertThat(state.entries().keySet())
        .containsExactlyElementsOf(failed.subList(0, VolumeState.MOST_FAILED));
  }

  @Test
  void everyRootOfAnEntryAndAHoldIsARoot() {
    VolumeState state = state("READY");
    assertThat(state.roots()).containsExactly(root(2, 3));
    Phase.Parent parent = new Phase.Parent(IT, root(2, 3), 3);
    state = next(state, 5, begun(OTHER, token(5), Optional.of(parent)));
    assertThat(state.roots()).containsExactly(root(2, 3), root(2, 3));
    state = next(state, 6, held(IT, root(2, 3), Hold.Kind.READER));
    state = next(next(state, 7, trashed(IT)), 8, removed(IT));
    assertThat(state.roots()).containsExactly(root(2, 3), root(2, 3));
    state = next(state, 9, removed(OTHER));
    assertThat(state.roots()).containsExactly(root(2, 3));
    state = next(state, 10, released(6));
    assertThat(state.roots()).isEmpty();
    assertThat(state("TRASHED").roots()).containsExactly(root(2, 3));
    assertThat(state("FAILED").roots()).isEmpty();
  }

  @Test
  void unknownMembersGoToTheEntryOrHoldThatTheEventChanges() {
    More more = new More("{\"group\":\"g-1\"}");
    VolumeState state =
        next(
            after(opened()),
            2,
            new VolumeEvent.Requested(
                IT, Label.NONE, Origin.MANUAL, Optional.empty(), "host", Optional.empty(), more));
    assertThat(state.find(IT).orElseThrow().more()).isEqualTo(more);
    state =
        next(state, 3, new VolumeEvent.Described(IT, Label.NONE, new More("{\"x\":{\"a\":1}}")));
    state = next(state, 4, new VolumeEvent.Failed(IT, "so", new More("{\"x\":{\"b\":2}}")));
    assertThat(state.find(IT).orElseThrow().more().json())
        .isEqualTo("{\"group\":\"g-1\",\"x\":{\"a\":1,\"b\":2}}");
    VolumeEvent.Held held =
        new VolumeEvent.Held(IT, root(2, 3), Hold.Kind.READER, "me", "", Optional.empty(), more);
    assertThat(next(state("READY"), 5, held).holds().values())
        .extracting(Hold::more)
        .containsExactly(more);
  }
}
