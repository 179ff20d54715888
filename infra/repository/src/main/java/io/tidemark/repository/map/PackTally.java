package io.tidemark.repository.map;

import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Counts references into packs: the pack list while it is being made or checked. Every reference
/// of a map counts once, so adding what a map gains and removing what it loses always ends where
/// counting it anew would. An open-addressed table of columns, for a large volume has a million
/// packs. For one thread at a time.
public final class PackTally {
  private static final int UNKNOWN_BYTES = -1;

  private final List<VolumeId> volumes = new ArrayList<>();
  private final Map<VolumeId, Integer> volumeNumbers = new HashMap<>();
  private int used;
  private int[] volume = new int[64];
  private long[] session = new long[64]; // 0: the place is free
  private int[] k = new int[64];
  private int[] objectBytes = new int[64];
  private long[] liveFrames = new long[64];
  private long[] liveStoredBytes = new long[64];
  private int last;

  /// A tally that says what `list` says.
  public static PackTally of(PackList list) {
    PackTally tally = new PackTally();
    PackList.Columns columns = list.columns();
    for (int i = 0; i < columns.count(); i++) {
      int place = tally.place(columns.pack(i));
      tally.objectBytes[place] = columns.objectBytes[i];
      tally.liveFrames[place] = columns.liveFrames[i];
      tally.liveStoredBytes[place] = columns.liveStoredBytes[i];
    }
    return tally;
  }

  /// Counts one reference of the map.
  public void add(Reference reference) {
    count(reference.pack(), 1, reference.lengthBytes());
  }

  /// Takes back one reference that the map no longer has.
  public void remove(Reference reference) {
    count(reference.pack(), -1, -(long) reference.lengthBytes());
  }

  /// Counts the pack that holds the list itself: 1 frame, 0 bytes.
  public void addList(PackId pack) {
    count(pack, 1, 0);
    setObjectBytes(pack, 0);
  }

  /// Takes back the pack of a list that is replaced.
  public void removeList(PackId pack) {
    count(pack, -1, 0);
  }

  /// Says how long a pack's object is.
  public void setObjectBytes(PackId pack, int bytes) {
    int place = place(pack); // may grow the columns
    objectBytes[place] = bytes;
  }

  /// What this tally counts otherwise than `list`, object lengths aside: nothing when the list is
  /// right.
  public List<Discrepancy> compare(PackList list) {
    List<Discrepancy> wrong = new ArrayList<>();
    PackTally rest = of(list);
    for (int place = 0; place < session.length; place++) {
      if (session[place] != 0) {
        PackId pack = pack(place);
        int listed = rest.place(pack);
        if (liveFrames[place] != rest.liveFrames[listed]
            || liveStoredBytes[place] != rest.liveStoredBytes[listed]) {
          wrong.add(
              new Discrepancy(
                  pack,
                  liveFrames[place],
                  liveStoredBytes[place],
                  rest.liveFrames[listed],
                  rest.liveStoredBytes[listed]));
        }
        rest.liveFrames[listed] = 0;
      }
    }
    for (int place = 0; place < rest.session.length; place++) {
      if (rest.session[place] != 0 && rest.liveFrames[place] != 0) {
        wrong.add(
            new Discrepancy(
                rest.pack(place), 0, 0, rest.liveFrames[place], rest.liveStoredBytes[place]));
      }
    }
    wrong.sort((a, b) -> a.pack().compareTo(b.pack()));
    return wrong;
  }

  /// A pack of which a list says something else than its map.
  public record Discrepancy(
      PackId pack,
      long namedFrames,
      long namedStoredBytes,
      long listedFrames,
      long listedStoredBytes) {
    /// The list lacks the pack, though the map names it: a collector must not trust such a list.
    public boolean isMissing() {
      return namedFrames > 0 && listedFrames == 0;
    }

    @Override
    public String toString() {
      return pack
          + ": the map names "
          + namedFrames
          + " frames of "
          + namedStoredBytes
          + " bytes, the list says "
          + listedFrames
          + " of "
          + listedStoredBytes;
    }
  }

  /// A pack whose counts cannot be: more was taken back than there was, or its length is unknown.
  Optional<PackId> impossible() {
    return IntStream.range(0, session.length)
        .filter(
            place ->
                session[place] != 0
                    && (liveFrames[place] < 0
                        || liveStoredBytes[place] < 0
                        || (liveFrames[place] == 0 && liveStoredBytes[place] != 0)
                        || (liveFrames[place] > 0 && objectBytes[place] == UNKNOWN_BYTES)))
        .mapToObj(this::pack)
        .findFirst();
  }

  /// The list that says what this tally counts; packs that nothing names any more are left out.
  ///
  /// @throws IllegalStateException when some count cannot be
  public PackList toList(VolumeId home) {
    Optional<PackId> impossible = impossible();
    if (impossible.isPresent()) {
      int place = place(impossible.get());
      throw new IllegalStateException(
          "Counted "
              + liveFrames[place]
              + " frames of "
              + liveStoredBytes[place]
              + " bytes in "
              + impossible.get()
              + ", an object of "
              + objectBytes[place]
              + " bytes");
    }
    List<VolumeId> foreign =
        IntStream.range(0, session.length)
            .filter(place -> session[place] != 0 && liveFrames[place] > 0)
            .map(place -> volume[place])
            .distinct()
            .mapToObj(volumes::get)
            .filter(volumeId -> !volumeId.equals(home))
            .sorted()
            .toList();
    List<VolumeId> ordered = new ArrayList<>();
    ordered.add(home);
    ordered.addAll(foreign);
    int[] rank = volumes.stream().mapToInt(ordered::indexOf).toArray();
    int[] places =
        IntStream.range(0, session.length)
            .filter(place -> session[place] != 0 && liveFrames[place] > 0)
            .toArray();
    sort(places, rank);
    PackList.Columns columns = new PackList.Columns(List.copyOf(ordered), places.length);
    for (int i = 0; i < places.length; i++) {
      int place = places[i];
      columns.volume[i] = rank[volume[place]];
      columns.session[i] = session[place];
      columns.k[i] = k[place];
      columns.objectBytes[i] = objectBytes[place];
      columns.liveFrames[i] = liveFrames[place];
      columns.liveStoredBytes[i] = liveStoredBytes[place];
    }
    return new PackList(home, columns);
  }

  /// Heap sort: in place, and no boxing of a million packs.
  private void sort(int[] places, int[] rank) {
    for (int root = places.length / 2 - 1; root >= 0; root--) {
      sink(places, rank, root, places.length);
    }
    for (int end = places.length - 1; end > 0; end--) {
      int largest = places[0];
      places[0] = places[end];
      places[end] = largest;
      sink(places, rank, 0, end);
    }
  }

  private void sink(int[] places, int[] rank, int from, int end) {
    int root = from;
    while (2 * root + 1 < end) {
      int child = 2 * root + 1;
      if (child + 1 < end && order(places[child], places[child + 1], rank) < 0) {
        child++;
      }
      if (order(places[root], places[child], rank) >= 0) {
        return;
      }
      int moved = places[root];
      places[root] = places[child];
      places[child] = moved;
      root = child;
    }
  }

  private int order(int a, int b, int[] rank) {
    int order = Integer.compare(rank[volume[a]], rank[volume[b]]);
    order = order != 0 ? order : Long.compare(session[a], session[b]);
    return order != 0 ? order : Integer.compare(k[a], k[b]);
  }

  private void count(PackId pack, long frames, long bytes) {
    int place = place(pack);
    liveFrames[place] += frames;
    liveStoredBytes[place] += bytes;
  }

  private PackId pack(int place) {
    return new PackId(volumes.get(volume[place]), session[place], k[place]);
  }

  /// The place of `pack`, which is taken if it was not.
  private int place(PackId pack) {
    if (session[last] == pack.session()
        && k[last] == pack.k()
        && volumes.get(volume[last]).equals(pack.volume())) {
      return last; // neighbours mostly lie in one pack
    }
    int number =
        volumeNumbers.computeIfAbsent(
            pack.volume(),
            added -> {
              volumes.add(added);
              return volumes.size() - 1;
            });
    int place = probe(number, pack.session(), pack.k());
    if (session[place] == 0) {
      if (3 * (used + 1) > 2 * session.length) {
        grow();
        place = probe(number, pack.session(), pack.k());
      }
      used++;
      volume[place] = number;
      session[place] = pack.session();
      k[place] = pack.k();
      objectBytes[place] = UNKNOWN_BYTES;
    }
    last = place;
    return place;
  }

  private int probe(int number, long sessionNumber, int packNumber) {
    long mixed = (sessionNumber * 31 + number) * 0x9e3779b97f4a7c15L + packNumber;
    mixed *= 0xff51afd7ed558ccdL;
    int mask = session.length - 1;
    int place = (int) (mixed >>> 32) & mask;
    while (session[place] != 0
        && !(session[place] == sessionNumber
            && k[place] == packNumber
            && volume[place] == number)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void grow() {
    int[] oldVolume = volume;
    long[] oldSession = session;
    int[] oldK = k;
    int[] oldObjectBytes = objectBytes;
    long[] oldFrames = liveFrames;
    long[] oldStoredBytes = liveStoredBytes;
    int capacity = 2 * oldSession.length;
    volume = new int[capacity];
    session = new long[capacity];
    k = new int[capacity];
    objectBytes = new int[capacity];
    liveFrames = new long[capacity];
    liveStoredBytes = new long[capacity];
    for (int i = 0; i < oldSession.length; i++) {
      if (oldSession[i] != 0) {
        int place = probe(oldVolume[i], oldSession[i], oldK[i]);
        volume[place] = oldVolume[i];
        session[place] = oldSession[i];
        k[place] = oldK[i];
        objectBytes[place] = oldObjectBytes[i];
        liveFrames[place] = oldFrames[i];
        liveStoredBytes[place] = oldStoredBytes[i];
      }
    }
    last = 0;
  }
}
