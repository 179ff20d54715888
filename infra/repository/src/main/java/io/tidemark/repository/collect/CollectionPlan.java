package io.tidemark.repository.collect;

import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which objects of a volume a collection at state r deletes. Pure.
///
/// @param number r, the event after which the state was read
/// @param packs that no root reaches
/// @param beats of sessions and holds that do not stand any more
/// @param keptBytes of all packs that stay, as far as the listing went
/// @param neededBytes of the packs that a root names; packs of running sessions and packs kept for
///   want of knowledge are none of them
/// @param unreadable roots whose lists could not be relied on
public record CollectionPlan(
    VolumeId volume,
    long number,
    List<FoundObject> packs,
    List<FoundObject> beats,
    long keptBytes,
    long neededBytes,
    List<RootPacks.Unreadable> unreadable) {
  public CollectionPlan {
    packs = List.copyOf(packs);
    beats = List.copyOf(beats);
    unreadable = List.copyOf(unreadable);
  }

  /// Decides what goes.
  ///
  /// @param number r
  /// @param state after event r
  /// @param roots what is known of every root of that state
  /// @param packs listed after the state was read
  /// @param beats likewise
  public static CollectionPlan of(
      VolumeId volume,
      long number,
      VolumeState state,
      List<RootPacks> roots,
      List<FoundObject> packs,
      List<FoundObject> beats) {
    Set<Long> running = new HashSet<>();
    state.entries().values().stream()
        .map(entry -> entry.phase())
        .forEach(
            phase -> {
              if (phase instanceof Phase.Creating creating) {
                running.add(creating.session());
              }
            });
    Set<PackId> kept = new HashSet<>();
    List<RootPacks.Unreadable> unreadable = new ArrayList<>();
    long keptUpTo = 0;
    for (RootPacks root : roots) {
      switch (root) {
        case RootPacks.Listed listed -> kept.addAll(listed.packs());
        case RootPacks.Unreadable unknown -> {
          unreadable.add(unknown);
          keptUpTo = Math.max(keptUpTo, unknown.root().listCommit());
        }
      }
    }
    List<FoundObject> condemned = new ArrayList<>();
    long keptBytes = 0;
    long neededBytes = 0;
    for (FoundObject pack : packs) {
      boolean needed = kept.contains(new PackId(volume, pack.session(), pack.k()));
      neededBytes += needed ? pack.sizeBytes() : 0;
      boolean stays =
          pack.session() > number
              || running.contains(pack.session())
              || pack.session() <= keptUpTo
              || needed;
      if (stays) {
        keptBytes += pack.sizeBytes();
      } else {
        condemned.add(pack);
      }
    }
    List<FoundObject> oldBeats =
        beats.stream()
            .filter(beat -> beat.session() <= number)
            .filter(beat -> !running.contains(beat.session()))
            .filter(beat -> !state.holds().containsKey(beat.session()))
            .toList();
    return new CollectionPlan(
        volume, number, condemned, oldBeats, keptBytes, neededBytes, unreadable);
  }

  /// Bytes of the packs that go.
  public long freedBytes() {
    return packs.stream().mapToLong(FoundObject::sizeBytes).sum();
  }

  /// Every key that goes.
  public List<String> keys() {
    List<String> keys = new ArrayList<>(packs.size() + beats.size());
    packs.forEach(pack -> keys.add(pack.key()));
    beats.forEach(beat -> keys.add(beat.key()));
    return keys;
  }
}
