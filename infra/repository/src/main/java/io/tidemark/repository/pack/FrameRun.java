package io.tidemark.repository.pack;

import io.tidemark.repository.store.ByteRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Chunks that one request brings: frames that lie close together in one pack.
///
/// @param places by offset; a frame that several chunks share appears once for each
public record FrameRun(PackId pack, ByteRange range, List<ChunkPlace> places) {
  /// No request asks for more, so that a reader's memory is a number of requests times this. A
  /// single frame is always smaller.
  public static final int LARGEST_BYTES = 16 << 20;

  /// Reading so many unwanted bytes costs less than another request.
  public static final int LARGEST_GAP_BYTES = 128 << 10;

  public FrameRun {
    places = List.copyOf(places);
  }

  /// The fewest sensible requests for `wanted`, in the order of packs and offsets.
  public static List<FrameRun> plan(Collection<ChunkPlace> wanted) {
    return plan(wanted, LARGEST_BYTES);
  }

  /// The same, with requests of at most `mostBytes`, unless one frame alone is longer.
  public static List<FrameRun> plan(Collection<ChunkPlace> wanted, int mostBytes) {
    List<ChunkPlace> sorted = new ArrayList<>(wanted);
    sorted.sort(
        Comparator.comparing((ChunkPlace place) -> place.reference().pack())
            .thenComparingInt(place -> place.reference().offsetBytes())
            .thenComparingLong(ChunkPlace::chunk));
    List<FrameRun> runs = new ArrayList<>();
    int from = 0;
    long endBytes = 0;
    for (int next = 0; next < sorted.size(); next++) {
      Reference reference = sorted.get(next).reference();
      Reference first = sorted.get(from).reference();
      long end = (long) reference.offsetBytes() + reference.lengthBytes();
      if (next > from
          && (!reference.pack().equals(first.pack())
              || reference.offsetBytes() - endBytes > LARGEST_GAP_BYTES
              || end - first.offsetBytes() > mostBytes)) {
        runs.add(run(sorted.subList(from, next), endBytes));
        from = next;
        endBytes = 0;
      }
      endBytes = Math.max(endBytes, end);
    }
    if (!sorted.isEmpty()) {
      runs.add(run(sorted.subList(from, sorted.size()), endBytes));
    }
    return runs;
  }

  private static FrameRun run(List<ChunkPlace> places, long endBytes) {
    Reference first = places.getFirst().reference();
    return new FrameRun(
        first.pack(),
        new ByteRange(first.offsetBytes(), Math.toIntExact(endBytes - first.offsetBytes())),
        places);
  }
}
