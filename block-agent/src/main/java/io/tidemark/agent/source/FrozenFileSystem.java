package io.tidemark.agent.source;

import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.OpenFileHolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The one file system on a volume that is mounted on this host: while it is frozen, nobody writes
/// to the volume.
public final class FrozenFileSystem {
  private FrozenFileSystem() {}

  /// Where the file system on a volume is mounted.
  ///
  /// @throws SourceException.NotQuiesced when it is not one, and mounted for writing
  public static Path mountPoint(Path volume) throws SourceException {
    List<Holder.Mount> mounts = mounts(find(volume, new OpenFileHolders()));
    Set<Path> devices = mounts.stream().map(Holder.Mount::device).collect(Collectors.toSet());
    if (devices.size() != 1) {
      throw new SourceException.NotQuiesced(
          volume.toString(),
          (devices.isEmpty()
                  ? "no file system on it is mounted for writing on this host"
                  : "several file systems on it are mounted")
              + ", and --freeze-for-read holds writers by freezing the one. Leave it out, or unmount"
              + " what is not needed.",
          null);
    }
    return Path.of(mounts.getFirst().mountPoint());
  }

  /// Nothing but that mounted file system may write to the volume.
  static void requireNoOthers(Path volume, OpenFileHolders holders) throws SourceException {
    List<Holder> others = new ArrayList<>();
    collect(find(volume, holders), others);
    others.removeIf(
        holder ->
            !holder.writes() || holder instanceof Holder.Mount || holder instanceof Holder.Loop);
    if (!others.isEmpty()) {
      throw Refusals.inUse(
          volume,
          "is written to not only by the file system on it, but also by "
              + Holder.describeAll(others),
          others);
    }
  }

  private static List<Holder.Mount> mounts(List<Holder> holders) {
    List<Holder> all = new ArrayList<>();
    collect(holders, all);
    return all.stream()
        .filter(Holder.Mount.class::isInstance)
        .map(Holder.Mount.class::cast)
        .filter(Holder::writes)
        .toList();
  }

  /// With those that use loop devices on it.
  private static void collect(List<Holder> holders, List<Holder> all) {
    for (Holder holder : holders) {
      all.add(holder);
      if (holder instanceof Holder.Loop loop) {
        collect(loop.users(), all);
      }
    }
  }

  private static List<Holder> find(Path volume, OpenFileHolders holders) throws SourceException {
    try {
      return holders.of(volume).holders();
    } catch (IOException e) {
      throw new SourceException.Unreadable(
          volume, "cannot be looked at (" + e.getMessage() + ")", e);
    }
  }
}
