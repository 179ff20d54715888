package io.tidemark.repository.map;

import static java.util.Objects.checkIndex;

import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackId;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;

/// The packs that one map names, chunks and nodes alike, and the pack that holds this list.
/// Immutable; some 32 bytes of memory a pack, for a large volume has a million.
public final class PackList {
  private final VolumeId home;
  private final Columns columns;

  /// @param columns in order, without a repetition
  PackList(VolumeId home, Columns columns) {
    this.home = home;
    this.columns = columns;
  }

  /// One array a field, all of one length. Volumes are numbers into `volumes`, whose first is home.
  static final class Columns {
    final List<VolumeId> volumes;
    final int[] volume;
    final long[] session;
    final int[] k;
    final int[] objectBytes;
    final long[] liveFrames;
    final long[] liveStoredBytes;

    Columns(List<VolumeId> volumes, int count) {
      this.volumes = volumes;
      volume = new int[count];
      session = new long[count];
      k = new int[count];
      objectBytes = new int[count];
      liveFrames = new long[count];
      liveStoredBytes = new long[count];
    }

    int count() {
      return k.length;
    }

    PackId pack(int entry) {
      return new PackId(volumes.get(volume[entry]), session[entry], k[entry]);
    }
  }

  /// The volume that the list was written for.
  public VolumeId home() {
    return home;
  }

  /// All entries: home's packs first, then other volumes' by id; by session and number within.
  public List<PackUse> entries() {
    return new AbstractList<>() {
      @Override
      public PackUse get(int entry) {
        checkIndex(entry, columns.count());
        return new PackUse(
            columns.pack(entry),
            columns.objectBytes[entry],
            columns.liveFrames[entry],
            columns.liveStoredBytes[entry]);
      }

      @Override
      public int size() {
        return columns.count();
      }
    };
  }

  public Optional<PackUse> find(PackId pack) {
    int low = 0;
    int high = columns.count() - 1;
    int volume = columns.volumes.indexOf(pack.volume());
    if (volume < 0) {
      return Optional.empty();
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Integer.compare(columns.volume[middle], volume);
      order = order != 0 ? order : Long.compare(columns.session[middle], pack.session());
      order = order != 0 ? order : Integer.compare(columns.k[middle], pack.k());
      if (order == 0) {
        return Optional.of(entries().get(middle));
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  public boolean contains(PackId pack) {
    return find(pack).isPresent();
  }

  /// The bytes of all packs together, but for the one that holds the list.
  public long objectBytes() {
    long bytes = 0;
    for (int objectBytes : columns.objectBytes) {
      bytes += objectBytes;
    }
    return bytes;
  }

  Columns columns() {
    return columns;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PackList list
        && home.equals(list.home)
        && entries().equals(list.entries());
  }

  @Override
  public int hashCode() {
    return 31 * home.hashCode() + entries().hashCode();
  }

  @Override
  public String toString() {
    return "packs of " + home + ": " + entries();
  }
}
