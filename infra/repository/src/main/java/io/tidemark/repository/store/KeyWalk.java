package io.tidemark.repository.store;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// Every key that begins with a prefix, in order: a LIST a thousand of them, sent once those before
/// are used up. For one thread.
public final class KeyWalk implements Iterator<Listing.Entry> {
  /// As many as a store gives in one answer.
  private static final int KEYS_A_LIST = 1000;

  private final ObjectStore store;
  private final String prefix;
  private Listing listing = new Listing(List.of(), true, Instant.EPOCH);
  private int next;
  private String after = "";

  public KeyWalk(ObjectStore store, String prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  /// The same for a loop; every loop lists anew.
  public static Iterable<Listing.Entry> under(ObjectStore store, String prefix) {
    return () -> new KeyWalk(store, prefix);
  }

  /// @throws StoreException when the next part cannot be listed
  @Override
  public boolean hasNext() {
    while (next == listing.entries().size() && listing.truncated()) {
      listing = store.list(prefix, after, KEYS_A_LIST);
      next = 0;
    }
    return next < listing.entries().size();
  }

  @Override
  public Listing.Entry next() {
    if (!hasNext()) {
      throw new NoSuchElementException("There are no more keys under " + prefix);
    }
    Listing.Entry entry = listing.entries().get(next++);
    after = entry.key();
    return entry;
  }

  /// The store's clock at the LIST that showed the last key.
  public Instant storeTime() {
    return listing.storeTime();
  }
}
