package io.tidemark.repository.store;

import io.tidemark.repository.store.StoreException.Missing;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.StoreException.UnknownOutcome;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Creates an object and finds out for certain whose bytes lie at the key: the one retry layer for
/// creates.
///
/// An unknown outcome is settled by sending the same bytes to the same key again until the store
/// says created or exists. Reading the key and finding nothing proves nothing, for the first PUT
/// may still land.
public final class SettledCreate {
  private final ObjectStore store;
  private final Backoff backoff;

  public SettledCreate(ObjectStore store, Backoff backoff) {
    this.store = store;
    this.backoff = backoff;
  }

  /// Creates `key` with the remaining bytes of `body`, or finds out that somebody else did.
  ///
  /// The bytes may be sent several times and must stay as they are until this returns.
  ///
  /// @throws UnknownOutcome when the back-off ended, or the thread was interrupted, before the
  ///   answer was certain: the object may be there, now or later
  /// @throws Unavailable when the back-off ended and nothing was ever sent
  public Settled create(String key, ByteBuffer body, OwnershipCheck check) {
    Backoff.Attempts attempts = backoff.start();
    @Nullable StoreException doubt = null;
    StoreException last;
    do {
      try {
        if (store.createIfAbsent(key, body) == PutOutcome.CREATED) {
          return Settled.OURS;
        }
        // From here on somebody's object is, or was, at the key: not «nothing was changed».
        doubt = doubt == null ? unread(key) : doubt;
        return check.isOurs(store, key) ? Settled.OURS : Settled.NOT_OURS;
      } catch (UnknownOutcome e) {
        doubt = e;
        last = e;
      } catch (Missing | Unavailable e) {
        // Missing: gone between the answer and the check, so the key is free to be created again.
        last = e;
      } catch (StoreException.Denied e) {
        // The rights ended while an earlier PUT may still land.
        throw doubt == null ? e : unsettled(key, e);
      }
    } while (attempts.pause());
    throw doubt == null ? last : unsettled(key, last);
  }

  private UnknownOutcome unread(String key) {
    return new UnknownOutcome(key, key + " exists, and whose it is could not be read", null);
  }

  private UnknownOutcome unsettled(String key, StoreException last) {
    return new UnknownOutcome(
        key,
        "It is not known whether "
            + key
            + " was created in "
            + store.location()
            + ": "
            + last.getMessage()
            + " Look again once the store answers; nothing is damaged either way.",
        last);
  }
}
