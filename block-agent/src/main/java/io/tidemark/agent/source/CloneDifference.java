package io.tidemark.agent.source;

import io.tidemark.agent.system.MappedExtent;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.Reflinks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The stretches in which two clones may differ: those that are not kept in the same place of the
/// medium. Nobody writes to the clones, and what both of them have is never overwritten, so the
/// same place means the same bytes. Asked for as they are needed; the last answer is all that is
/// held. Safe for many threads.
final class CloneDifference implements Changes.Extents {
  private static final int WINDOW_EXTENTS = 512;

  private final String place;
  private final OpenFile before;
  private final OpenFile after;
  private final long sizeBytes;
  private Window window = new Window(0, 0, List.of());

  /// @param place for messages
  /// @param sizeBytes of both
  CloneDifference(String place, OpenFile before, OpenFile after, long sizeBytes) {
    this.place = place;
    this.before = before;
    this.after = after;
    this.sizeBytes = sizeBytes;
  }

  /// What differs in a range that was looked at.
  private record Window(long fromBytes, long endBytes, List<Extent> differing) {}

  @Override
  public synchronized Optional<Extent> next(long fromBytes) throws SourceException {
    long at = fromBytes;
    while (at < sizeBytes) {
      if (at < window.fromBytes() || at >= window.endBytes()) {
        window = look(at);
      }
      for (Extent extent : window.differing()) {
        if (extent.endBytes() > at) {
          long begin = Math.max(at, extent.offsetBytes());
          return Optional.of(new Extent(begin, extent.endBytes() - begin));
        }
      }
      at = window.endBytes();
    }
    return Optional.empty();
  }

  private Window look(long from) throws SourceException {
    try {
      List<MappedExtent> old = Reflinks.extents(before, from, WINDOW_EXTENTS);
      List<MappedExtent> now = Reflinks.extents(after, from, WINDOW_EXTENTS);
      long end = Math.min(end(old), end(now));
      // A file system that moves blocks about might put new ones where the old ones were just now.
      boolean isSteady = Reflinks.extents(before, from, WINDOW_EXTENTS).equals(old);
      return new Window(
          from,
          end,
          isSteady ? differing(old, now, from, end) : List.of(new Extent(from, end - from)));
    } catch (IOException e) {
      throw new SourceException.Unreadable(
          place, "its extents cannot be compared (" + e.getMessage() + ")", e);
    }
  }

  /// How far an answer reaches.
  private long end(List<MappedExtent> extents) {
    return extents.size() < WINDOW_EXTENTS || extents.getLast().isLast()
        ? sizeBytes
        : Math.min(sizeBytes, extents.getLast().endBytes());
  }

  private static List<Extent> differing(
      List<MappedExtent> old, List<MappedExtent> now, long from, long end) {
    List<Extent> differing = new ArrayList<>();
    Run olds = new Run(old, end);
    Run nows = new Run(now, end);
    long begin = -1;
    long at = from;
    while (at < end) {
      olds.moveTo(at);
      nows.moveTo(at);
      boolean same = isSame(olds.here(at), nows.here(at));
      if (!same && begin < 0) {
        begin = at;
      } else if (same && begin >= 0) {
        differing.add(new Extent(begin, at - begin));
        begin = -1;
      }
      at = Math.min(olds.next(at), nows.next(at));
    }
    if (begin >= 0) {
      differing.add(new Extent(begin, end - begin));
    }
    return differing;
  }

  private static boolean isSame(@Nullable MappedExtent old, @Nullable MappedExtent now) {
    if (old == null || now == null) {
      return old == null && now == null;
    }
    return old.isTold()
        && now.isTold()
        && old.isShared()
        && now.isShared()
        && old.isUnwritten() == now.isUnwritten()
        && old.physicalBytes() - old.offsetBytes() == now.physicalBytes() - now.offsetBytes();
  }

  /// Goes through extents from the first to the last.
  private static final class Run {
    private final List<MappedExtent> extents;
    private final long end;
    private int index;

    Run(List<MappedExtent> extents, long end) {
      this.extents = extents;
      this.end = end;
    }

    void moveTo(long at) {
      while (index < extents.size() && extents.get(index).endBytes() <= at) {
        index++;
      }
    }

    /// The extent that a byte lies in; null in a hole.
    @Nullable MappedExtent here(long at) {
      return index < extents.size() && extents.get(index).offsetBytes() <= at
          ? extents.get(index)
          : null;
    }

    /// Where that extent or hole ends.
    long next(long at) {
      if (index == extents.size()) {
        return end;
      }
      MappedExtent extent = extents.get(index);
      return Math.min(end, extent.offsetBytes() <= at ? extent.endBytes() : extent.offsetBytes());
    }
  }
}
