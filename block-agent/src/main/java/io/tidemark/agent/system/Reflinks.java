package io.tidemark.agent.system;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Clones of files that share their blocks with them until one of the two is written to.
public final class Reflinks {
  /// A file system that clones a file at one instant, whoever writes to it meanwhile, and tells
  /// where its bytes are.
  public enum FileSystem {
    XFS("XFS"),
    BTRFS("btrfs");

    private final String words;

    FileSystem(String words) {
      this.words = words;
    }

    /// For a message.
    public String words() {
      return words;
    }
  }

  private static final long FICLONE = 0x40049409L;
  private static final long FS_IOC_GETFLAGS = 0x80086601L;
  private static final long FS_IOC_SETFLAGS = 0x40086602L;
  private static final int FS_NOCOW_FL = 0x0080_0000;
  private static final long FS_IOC_FIEMAP = 0xc020660bL;
  private static final int FIEMAP_FLAG_SYNC = 1;
  private static final int FIEMAP_BYTES = 32;
  private static final int EXTENT_BYTES = 56;

  private static final long XFS_IOC_FSGEOMETRY_V1 = 0x80705864L;
  private static final int GEOMETRY_BYTES = 112;
  private static final int GEOMETRY_FLAGS = 92;
  private static final int XFS_GEOMETRY_REFLINK = 1 << 20;

  private static final long XFS_MAGIC = 0x58465342L;
  private static final long BTRFS_MAGIC = 0x9123683eL;
  private static final int STATFS_BYTES = 120;

  private Reflinks() {}

  /// The file system that a file or folder lies in, if it is such a one.
  public static Optional<FileSystem> fileSystemOf(Path path) throws IOException {
    try (OpenFile file = OpenFile.open(path, Set.of());
        Arena arena = Arena.ofConfined()) {
      MemorySegment statistics = arena.allocate(STATFS_BYTES, Long.BYTES);
      check("look at the file system of", path, file.statFileSystem(statistics.address()));
      long magic = statistics.get(JAVA_LONG, 0);
      if (magic == BTRFS_MAGIC) {
        return Optional.of(FileSystem.BTRFS);
      }
      return magic == XFS_MAGIC && clones(file, arena)
          ? Optional.of(FileSystem.XFS)
          : Optional.empty();
    }
  }

  /// XFS does where it was made for it.
  private static boolean clones(OpenFile file, Arena arena) throws IOException {
    MemorySegment geometry = arena.allocate(GEOMETRY_BYTES, Long.BYTES);
    check("ask XFS about", file.path(), file.ioctl(XFS_IOC_FSGEOMETRY_V1, geometry.address()));
    return (geometry.get(JAVA_INT, GEOMETRY_FLAGS) & XFS_GEOMETRY_REFLINK) != 0;
  }

  /// Makes `clone`, a new empty file of the same file system, the same as `source` is at one
  /// instant. Who writes to `source` waits until that is done.
  ///
  /// @throws SystemCallException when the file system cannot; then `clone` is good for nothing
  public static void clone(OpenFile source, OpenFile clone) throws IOException {
    takeOverCopying(source, clone);
    int descriptor = source.descriptor();
    check("clone", source.path(), clone.ioctl(FICLONE, descriptor));
  }

  /// On btrfs a file that is overwritten in place can only be cloned to such a one.
  private static void takeOverCopying(OpenFile source, OpenFile clone) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flags = arena.allocate(JAVA_LONG);
      if (source.ioctl(FS_IOC_GETFLAGS, flags.address()) < 0
          || (flags.get(JAVA_INT, 0) & FS_NOCOW_FL) == 0
          || clone.ioctl(FS_IOC_GETFLAGS, flags.address()) < 0) {
        return;
      }
      flags.set(JAVA_INT, 0, flags.get(JAVA_INT, 0) | FS_NOCOW_FL);
      check("mark", clone.path(), clone.ioctl(FS_IOC_SETFLAGS, flags.address()));
    }
  }

  /// Where a file's bytes are, in order, from the first extent on that ends behind `fromBytes`.
  /// What lies in no extent is zero. All that was written is on the medium before that is told.
  ///
  /// @param most extents to tell; fewer come only when none follows
  public static List<MappedExtent> extents(OpenFile file, long fromBytes, int most)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = arena.allocate(FIEMAP_BYTES + (long) most * EXTENT_BYTES, Long.BYTES);
      map.set(JAVA_LONG, 0, fromBytes);
      map.set(JAVA_LONG, 8, Long.MAX_VALUE - fromBytes);
      map.set(JAVA_INT, 16, FIEMAP_FLAG_SYNC);
      map.set(JAVA_INT, 24, most);
      check("ask for the extents of", file.path(), file.ioctl(FS_IOC_FIEMAP, map.address()));
      int mapped = Math.min(most, map.get(JAVA_INT, 20));
      List<MappedExtent> extents = new ArrayList<>(mapped);
      for (int i = 0; i < mapped; i++) {
        long at = FIEMAP_BYTES + (long) i * EXTENT_BYTES;
        extents.add(
            new MappedExtent(
                map.get(JAVA_LONG, at),
                map.get(JAVA_LONG, at + 16),
                map.get(JAVA_LONG, at + 8),
                map.get(JAVA_INT, at + 40)));
      }
      return extents;
    }
  }

  /// The bytes that a file keeps and shares with nobody: what its end gives back at least. Of btrfs
  /// it may give back more, for that shares an extent as long as any part of it is shared.
  public static long unsharedBytes(OpenFile file) throws IOException {
    long bytes = 0;
    long from = 0;
    while (true) {
      List<MappedExtent> extents = extents(file, from, 512);
      for (MappedExtent extent : extents) {
        if (!extent.isShared()) {
          bytes += extent.lengthBytes();
        }
      }
      if (extents.isEmpty() || extents.getLast().isLast()) {
        return bytes;
      }
      from = extents.getLast().endBytes();
    }
  }

  private static void check(String verb, Path path, long result) throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException(verb + " " + path, (int) -result);
    }
  }
}
