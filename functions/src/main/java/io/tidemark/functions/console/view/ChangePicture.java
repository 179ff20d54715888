package io.tidemark.functions.console.view;

import java.util.ArrayList;
import java.util.List;

/// Which parts of a disk changed, as cells of equal size, row by row from its beginning.
///
/// @param bars neighbouring cells of one level
/// @param changedBytes in all parts that were looked at
/// @param extents how many parts there are
/// @param seenBytes how much of the disk was looked at, from its beginning
public record ChangePicture(List<Bar> bars, long changedBytes, int extents, long seenBytes) {
  public static final int COLUMNS = 64;
  public static final int ROWS = 8;
  private static final int CELLS = COLUMNS * ROWS;
  private static final int HIGHEST_LEVEL = 4;

  /// Cells beside each other in one row.
  ///
  /// @param level 1 for little to 4 for all of it
  public record Bar(int x, int y, int width, int level) {}

  /// A part that changed.
  public record Part(long offsetBytes, long lengthBytes) {}

  public ChangePicture {
    bars = List.copyOf(bars);
  }

  /// @param sizeBytes of the disk
  /// @param seenBytes up to where `parts` tell
  public static ChangePicture of(List<Part> parts, long sizeBytes, long seenBytes) {
    double cellBytes = Math.max(1.0, (double) sizeBytes / CELLS);
    double[] changed = new double[CELLS];
    long bytes = 0;
    for (Part part : parts) {
      bytes += part.lengthBytes();
      double begin = part.offsetBytes();
      double end = begin + part.lengthBytes();
      int last = Math.min(CELLS - 1, (int) ((end - 1) / cellBytes));
      for (int cell = (int) (begin / cellBytes); cell <= last; cell++) {
        changed[cell] += Math.min(end, (cell + 1) * cellBytes) - Math.max(begin, cell * cellBytes);
      }
    }
    return new ChangePicture(bars(changed, cellBytes), bytes, parts.size(), seenBytes);
  }

  private static List<Bar> bars(double[] changed, double cellBytes) {
    List<Bar> bars = new ArrayList<>();
    for (int y = 0; y < ROWS; y++) {
      int x = 0;
      while (x < COLUMNS) {
        int level = level(changed[y * COLUMNS + x] / cellBytes);
        int end = x + 1;
        while (end < COLUMNS && level(changed[y * COLUMNS + end] / cellBytes) == level) {
          end++;
        }
        if (level > 0) {
          bars.add(new Bar(x, y, end - x, level));
        }
        x = end;
      }
    }
    return bars;
  }

  private static int level(double share) {
    return share <= 0 ? 0 : Math.min(HIGHEST_LEVEL, 1 + (int) (share * HIGHEST_LEVEL));
  }
}
