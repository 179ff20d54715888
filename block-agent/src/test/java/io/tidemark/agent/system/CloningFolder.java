package io.tidemark.agent.system;

import io.tidemark.agent.system.Machine.LoopDevice;
import io.tidemark.agent.system.Machine.Mounted;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/// A file system of its own that clones files, mounted until closed.
public final class CloningFolder implements AutoCloseable {
  /// XFS wants 300 MiB at least; almost all of it stays a hole.
  private static final long BYTES = 512L << 20;

  private final LoopDevice loop;
  private final Mounted mounted;

  private CloningFolder(LoopDevice loop, Mounted mounted) {
    this.loop = loop;
    this.mounted = mounted;
  }

  /// Skips the test where there is no such thing.
  ///
  /// @param fileSystem `xfs` or `btrfs`
  public static CloningFolder make(Path folder, String fileSystem, String... options)
      throws IOException {
    Machine.needsRootAnd("losetup", "mkfs." + fileSystem);
    Path disk = folder.resolve(fileSystem + ".disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    Machine.run(
        fileSystem.equals("xfs")
            ? new String[] {"mkfs.xfs", "-q", "-m", "reflink=1", disk.toString()}
            : new String[] {"mkfs.btrfs", "-q", disk.toString()});
    LoopDevice loop = LoopDevice.attach(disk);
    boolean done = false;
    try {
      String[] source = new String[options.length + 1];
      source[0] = loop.node().toString();
      System.arraycopy(options, 0, source, 1, options.length);
      Mounted mounted = Mounted.mount(folder.resolve(fileSystem), source);
      done = true;
      return new CloningFolder(loop, mounted);
    } catch (AssertionError e) {
      if (String.valueOf(e.getMessage()).contains("unknown filesystem type")) {
        Machine.lacks(fileSystem + " in the kernel");
      }
      throw e;
    } finally {
      if (!done) {
        loop.close();
      }
    }
  }

  public Path folder() {
    return mounted.folder();
  }

  @Override
  public void close() {
    try {
      mounted.close();
    } finally {
      loop.close();
    }
  }
}
