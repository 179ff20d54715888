package io.tidemark.agent.nbd;

import java.util.Map;
import java.util.TreeMap;

/// Which bytes of one read have come. A server may send them in any pieces and order, but each
/// once.
final class Coverage {
  private final int lengthBytes;

  /// Begin to end of runs that do not touch.
  private final TreeMap<Integer, Integer> runs = new TreeMap<>();

  Coverage(int lengthBytes) {
    this.lengthBytes = lengthBytes;
  }

  /// @throws NbdException when some of these bytes have come already
  void add(int from, int length) throws NbdException {
    int begin = from;
    int end = from + length;
    Map.Entry<Integer, Integer> before = runs.floorEntry(begin);
    Map.Entry<Integer, Integer> after = runs.ceilingEntry(begin);
    if ((before != null && before.getValue() > begin) || (after != null && after.getKey() < end)) {
      throw NbdException.protocol("bytes came twice, at " + from + " of a read");
    }
    if (before != null && before.getValue() == begin) {
      begin = before.getKey();
    }
    if (after != null && after.getKey() == end) {
      end = after.getValue();
      runs.remove(after.getKey());
    }
    runs.put(begin, end);
  }

  void requireAll() throws NbdException {
    boolean whole =
        runs.size() == 1
            && runs.firstEntry().getKey() == 0
            && runs.firstEntry().getValue() == lengthBytes;
    if (!whole) {
      throw NbdException.protocol("a read was answered with some of its bytes missing");
    }
  }
}
