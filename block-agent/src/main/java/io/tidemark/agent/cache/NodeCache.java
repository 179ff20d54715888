package io.tidemark.agent.cache;

import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.MapNode;
import io.tidemark.repository.map.MapWalk;
import io.tidemark.repository.map.NodeDecoder;
import io.tidemark.repository.map.NodeSink;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.PackUse;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The map nodes and the pack list of a volume's newest snapshots, so that the next one need not
/// ask the store for them. A folder with one sparse file a pack, each frame where it lies in the
/// pack: a reference says where to look, no index is needed, and every frame is checked against its
/// id. What is missing or damaged comes from the store, and is kept.
///
/// Safe for many threads; the folder is one process's at a time. No failure of the disk is ever
/// thrown.
public final class NodeCache implements NodeSink, AutoCloseable {
  /// Nodes that may be dead before the folder is written anew.
  private static final long TOLERATED_BYTES = 64L << 20;

  private static final String GROWTH = "growth";
  private static final Pattern NAME = Pattern.compile("(vol-[0-9a-f]{17})\\.([0-9]+)\\.([0-9]+)");

  private final Path folder;
  private final long toleratedBytes;
  private final ConcurrentLinkedQueue<NodeDecoder> decoders = new ConcurrentLinkedQueue<>();

  // Guarded by this.
  private @Nullable PackId openPack;
  private @Nullable FileChannel openChannel;
  private long grownBytes;

  /// @param folder created when the first node is kept
  public NodeCache(Path folder) {
    this(folder, TOLERATED_BYTES);
  }

  NodeCache(Path folder, long toleratedBytes) {
    this.folder = folder;
    this.toleratedBytes = toleratedBytes;
  }

  /// Looks here first, then in `store`; which is best told to show what it reads to this cache.
  public NodeSource before(NodeSource store) {
    return new Before(store);
  }

  private final class Before implements NodeSource {
    private final NodeSource store;

    Before(NodeSource store) {
      this.store = store;
    }

    @Override
    public MapNode load(Reference node, int level) {
      return find(node, (decoder, frame) -> decoder.node(node, level, frame))
          .orElseGet(() -> store.load(node, level));
    }

    @Override
    public PackList loadPackList(Reference list) {
      return find(list, (decoder, frame) -> decoder.packList(list, frame))
          .orElseGet(() -> store.loadPackList(list));
    }
  }

  private interface Decoding<T> {
    T decode(NodeDecoder decoder, ByteBuffer frame) throws MalformedException;
  }

  private <T> Optional<T> find(Reference reference, Decoding<T> decoding) {
    Optional<ByteBuffer> frame = frame(folder, reference);
    if (frame.isEmpty()) {
      return Optional.empty();
    }
    NodeDecoder free = decoders.poll();
    NodeDecoder decoder = free != null ? free : new NodeDecoder();
    try {
      return Optional.of(decoding.decode(decoder, frame.get()));
    } catch (MalformedException e) {
      return Optional.empty();
    } finally {
      decoders.add(decoder);
    }
  }

  private static Optional<ByteBuffer> frame(Path folder, Reference reference) {
    try (FileChannel channel =
        FileChannel.open(file(folder, reference.pack()), StandardOpenOption.READ)) {
      if (channel.size() < (long) reference.offsetBytes() + reference.lengthBytes()) {
        return Optional.empty();
      }
      ByteBuffer frame = ByteBuffer.allocate(reference.lengthBytes());
      while (frame.hasRemaining()) {
        if (channel.read(frame, reference.offsetBytes() + frame.position()) < 0) {
          return Optional.empty();
        }
      }
      return Optional.of(frame.flip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized void written(Reference reference, ByteBuffer frame) {
    try {
      FileChannel channel = channel(reference.pack());
      ByteBuffer bytes = frame.duplicate();
      long at = reference.offsetBytes();
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
      grownBytes += reference.lengthBytes();
    } catch (IOException e) {
      closeChannel();
    }
  }

  private FileChannel channel(PackId pack) throws IOException {
    FileChannel open = openChannel;
    if (open != null && pack.equals(openPack)) {
      return open;
    }
    closeChannel();
    Files.createDirectories(folder);
    FileChannel opened =
        FileChannel.open(file(folder, pack), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    openChannel = opened;
    openPack = pack;
    return opened;
  }

  private void closeChannel() {
    FileChannel open = openChannel;
    openChannel = null;
    openPack = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // What did not reach the disk fails its check.
      }
    }
  }

  /// Forgets what the snapshot of `root` does not need, which bounds the folder at about twice the
  /// nodes of one snapshot.
  ///
  /// @param packs the pack list of `root`
  /// @param nodes this cache [#before] the store
  public synchronized void keepOnly(
      Root root, ChunkSize chunkSize, PackList packs, NodeSource nodes) {
    closeChannel();
    try {
      long liveBytes = deleteDeadPacks(packs);
      long deadBytes = readGrowth() + grownBytes - liveBytes;
      if (deadBytes > toleratedBytes) {
        copyLiveNodes(root, chunkSize, nodes);
        grownBytes = 0;
        writeGrowth(liveBytes);
      } else if (grownBytes > 0) {
        writeGrowth(readGrowth() + grownBytes);
        grownBytes = 0;
      }
    } catch (IOException | UncheckedIOException | StoreException e) {
      // The folder stays larger than it should be until the next snapshot.
      deleteFolder(fresh());
    }
  }

  /// Returns the live bytes of the packs that are left.
  private long deleteDeadPacks(PackList packs) throws IOException {
    long liveBytes = 0;
    for (Path file : files(folder)) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches()) {
        Optional<PackUse> use =
            packs.find(
                new PackId(
                    new VolumeId(name.group(1)),
                    Long.parseLong(name.group(2)),
                    Integer.parseInt(name.group(3))));
        if (use.isPresent()) {
          liveBytes += use.get().liveStoredBytes();
        } else {
          Files.deleteIfExists(file);
        }
      }
    }
    return liveBytes;
  }

  private void copyLiveNodes(Root root, ChunkSize chunkSize, NodeSource nodes) throws IOException {
    deleteFolder(fresh());
    NodeCache copy = new NodeCache(fresh());
    try (copy) {
      copy.copy(folder, root.packList());
      MapWalk.walk(
          root,
          chunkSize,
          nodes,
          new MapWalk.Visitor() {
            @Override
            public void node(int level, Reference node) {
              copy.copy(folder, node);
            }

            @Override
            public void chunk(long chunk, Reference reference) {}
          });
    }
    deleteFolder(folder);
    Files.move(fresh(), folder);
  }

  private void copy(Path from, Reference node) {
    frame(from, node).ifPresent(frame -> written(node, frame));
  }

  private Path fresh() {
    return folder.resolveSibling(folder.getFileName() + ".new");
  }

  private long readGrowth() {
    try {
      return Long.parseLong(Files.readString(folder.resolve(GROWTH)));
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /// Keeps how many bytes of nodes were written into the folder since it was last written anew.
  private void writeGrowth(long bytes) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(GROWTH), Long.toString(bytes));
  }

  private static Path file(Path folder, PackId pack) {
    return folder.resolve(pack.volume() + "." + pack.session() + "." + pack.k());
  }

  private static Iterable<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void deleteFolder(Path folder) {
    try {
      for (Path file : files(folder)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // Whatever is left is looked at by nobody, or fails its check.
    }
  }

  @Override
  public synchronized void close() {
    closeChannel();
    for (NodeDecoder decoder = decoders.poll(); decoder != null; decoder = decoders.poll()) {
      decoder.close();
    }
  }
}
