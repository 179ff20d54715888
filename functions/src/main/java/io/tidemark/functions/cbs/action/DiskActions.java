package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.index.Usage;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.VolumeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Lists disks.
final class DiskActions {
  private static final String TAG = "tag:";
  private static final Set<String> OF_INSTANCES =
      Set.of(
          "instance-id",
          "instance-ip-address",
          "instance-name",
          "dedicated-cluster-id",
          "cluster-group-id");
  private static final Set<String> FILTERS =
      Set.of(
          "disk-usage",
          "disk-charge-type",
          "portable",
          "project-id",
          "disk-id",
          "disk-name",
          "disk-type",
          "disk-state",
          "zone",
          "tag-key",
          "tag-value",
          "instance-id",
          "instance-ip-address",
          "instance-name",
          "dedicated-cluster-id",
          "cluster-group-id");

  private DiskActions() {}

  static Fields describe(ActionCall call) {
    Listing listing = Listing.of(call.arguments(), "DiskIds", Set.of("CREATE_TIME", "DEADLINE"));
    listing.requireKnown(FILTERS, TAG);
    boolean withPolicies = call.arguments().flag("ReturnBindAutoSnapshotPolicy").orElse(false);
    Repository repository = call.repository();
    RepositoryState state = repository.journal().read().state();
    Map<VolumeId, Usage> usages = new IndexReader(repository.store()).usages();
    boolean single = listing.ids().filter(ids -> ids.size() == 1).isPresent();
    List<DiskFields> disks =
        candidates(state, listing)
            .parallel()
            .map(volume -> new DiskFields(repository, state, volume))
            .filter(disk -> listing.takes(disk, (one, filter) -> known(call, one, filter)))
            .filter(DiskFields::isThere)
            .toList();
    return listing.page(
        disks,
        "DiskSet",
        page ->
            page.parallelStream()
                .map(
                    disk ->
                        disk.shown(
                            call.place(),
                            usages.getOrDefault(disk.volume().id(), Usage.none(disk.volume().id())),
                            withPolicies
                                ? Optional.of(
                                    DiskFields.policies(state, disk.volume()).stream()
                                        .map(policy -> Ids.policy(policy.id()))
                                        .toList())
                                : Optional.empty(),
                            single ? disk.lastFault() : ""))
                .toList());
  }

  /// In the order they were added.
  private static Stream<NamedVolume> candidates(RepositoryState state, Listing listing) {
    Optional<List<String>> ids = listing.ids().or(() -> listing.values("disk-id"));
    List<NamedVolume> volumes = new ArrayList<>();
    for (NamedVolume volume : state.volumes().values()) {
      if (volume.life() == Life.OPEN
          && (ids.isEmpty() || ids.get().contains(Ids.disk(volume.id())))) {
        volumes.add(volume);
      }
    }
    return volumes.stream();
  }

  /// What a disk is, by the name of a filter.
  private static Optional<List<String>> known(ActionCall call, DiskFields disk, String filter) {
    NamedVolume volume = disk.volume();
    if (filter.startsWith(TAG)) {
      String value = volume.tags().get(filter.substring(TAG.length()));
      return Optional.of(value == null ? List.of() : List.of(value));
    }
    if (OF_INSTANCES.contains(filter)) {
      return Optional.of(List.of());
    }
    return switch (filter) {
      case "disk-usage" -> Optional.of(List.of("DATA_DISK"));
      case "disk-charge-type" -> Optional.of(List.of(DiskFields.CHARGED));
      case "portable" -> Optional.of(List.of("TRUE"));
      case "project-id" -> Optional.of(List.of("0"));
      case "disk-id" -> Optional.of(List.of(Ids.disk(volume.id())));
      case "disk-name" -> Optional.of(List.of(volume.name()));
      case "disk-type" -> Optional.of(List.of(DiskFields.TYPE));
      case "disk-state" -> Optional.of(List.of(disk.word()));
      case "zone" -> Optional.of(List.of(call.place().zone()));
      case "tag-key" -> Optional.of(List.copyOf(volume.tags().keySet()));
      case "tag-value" -> Optional.of(List.copyOf(volume.tags().values()));
      default -> Optional.empty();
    };
  }
}
