package io.tidemark.agent.command;

import io.tidemark.agent.source.Extent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// Runs of bytes in ascending order, touching ones merged; two numbers each, for there may be
/// millions.
final class ExtentList implements Iterable<Extent> {
  private long[] bounds = new long[64];
  private int used;

  /// Adds the bytes from `begin` (inclusive) to `end` (exclusive), none before what is there.
  void add(long begin, long end) {
    if (used > 0 && begin <= bounds[used - 1]) {
      bounds[used - 1] = Math.max(bounds[used - 1], end);
    } else if (begin < end) {
      if (used == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * used);
      }
      bounds[used++] = begin;
      bounds[used++] = end;
    }
  }

  int count() {
    return used / 2;
  }

  long bytes() {
    long bytes = 0;
    for (int i = 0; i < used; i += 2) {
      bytes += bounds[i + 1] - bounds[i];
    }
    return bytes;
  }

  @Override
  public Iterator<Extent> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < used;
      }

      @Override
      public Extent next() {
        if (next >= used) {
          throw new NoSuchElementException();
        }
        Extent extent = new Extent(bounds[next], bounds[next + 1] - bounds[next]);
        next += 2;
        return extent;
      }
    };
  }
}
