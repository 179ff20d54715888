package io.tidemark.agent.pipeline;

import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.pack.PackContents;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.PackSender.SentPack;
import io.tidemark.repository.pack.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The chunks that this session stored or used lately, by content, so that equal ones are stored
/// once. Also what an earlier process of this session had uploaded: of that, as much as lies ahead
/// of the place the volume has been read to. Bounded in both. Safe for many threads.
final class ReuseWindow {
  /// Ids remembered.
  static final int CHUNKS = 1 << 16;

  /// Packs behind the newest hit whose chunks may still come: the workers of the earlier process
  /// did not finish their packs in the volume's order.
  private static final int LATE_PACKS = 64;

  private final int mostChunks;
  private final Map<ChunkId, StoredChunk> recent = new LinkedHashMap<>(16, 0.75f, true);
  private final Iterator<PackContents> earlier;
  private final Token token;
  private final Consumer<SentPack> used;
  private final Map<ChunkId, Found> ahead = new HashMap<>();
  private final Deque<Opened> opened = new ArrayDeque<>();
  private long openedPacks;

  /// A chunk of the `pack`th pack that was opened.
  private record Found(StoredChunk chunk, long pack) {}

  private record Opened(long number, PackContents pack) {}

  /// @param earlier packs of this very session that are in the store, ascending
  /// @param token of this session: another's packs, and its own that hold no chunks, are passed
  ///   over
  /// @param used is told of each of them before a chunk of it is found
  ReuseWindow(
      Iterator<PackContents> earlier, Token token, Consumer<SentPack> used, int mostChunks) {
    this.earlier = earlier;
    this.token = token;
    this.used = used;
    this.mostChunks = mostChunks;
    open();
  }

  synchronized @Nullable StoredChunk find(ChunkId id) {
    StoredChunk known = recent.get(id);
    if (known != null) {
      return known;
    }
    Found found = ahead.remove(id);
    if (found == null) {
      return null;
    }
    keep(found.chunk);
    close(found.pack - LATE_PACKS);
    open();
    return found.chunk;
  }

  synchronized void add(StoredChunk chunk) {
    keep(chunk);
  }

  private void keep(StoredChunk chunk) {
    recent.put(chunk.id(), chunk);
    if (recent.size() > mostChunks) {
      Iterator<StoredChunk> oldest = recent.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void open() {
    while (ahead.size() < mostChunks && earlier.hasNext()) {
      PackContents pack = earlier.next();
      if (pack.header().kind() != PackKind.CHUNKS || !pack.header().token().equals(token)) {
        continue;
      }
      used.accept(new SentPack(pack.header().id(), pack.objectBytes()));
      Shipment shipment = Shipment.arrived(pack.header().id());
      for (Reference frame : pack.frames()) {
        StoredChunk chunk =
            new StoredChunk(frame.id(), shipment, frame.offsetBytes(), frame.lengthBytes());
        ahead.put(frame.id(), new Found(chunk, openedPacks));
      }
      opened.addLast(new Opened(openedPacks, pack));
      openedPacks++;
    }
  }

  private void close(long before) {
    while (!opened.isEmpty() && opened.getFirst().number < before) {
      Opened oldest = opened.removeFirst();
      for (Reference frame : oldest.pack.frames()) {
        Found found = ahead.get(frame.id());
        if (found != null && found.pack == oldest.number) {
          ahead.remove(frame.id());
        }
      }
    }
  }
}
