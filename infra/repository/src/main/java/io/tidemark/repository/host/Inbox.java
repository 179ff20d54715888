package io.tidemark.repository.host;

import io.tidemark.repository.Repository;
import io.tidemark.repository.key.HostId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The requests that wait for one host.
public final class Inbox {
  private final Repository repository;
  private final HostId host;

  public Inbox(Repository repository, HostId host) {
    this.repository = repository;
    this.host = host;
  }

  /// Leaves a marker; its event is in the journal already. Twice is once.
  ///
  /// @throws StoreException.UnknownOutcome when it could not be left: the request stands all the
  ///   same, only its host has not heard of it
  public void put(Marker marker) {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    String key = marker.key(host);
    try {
      Settled _ =
          repository.writer().creates().create(key, nothing, OwnershipCheck.sameBytes(nothing));
    } catch (StoreException.Unavailable e) {
      throw new StoreException.UnknownOutcome(
          key,
          "The request is in the journal, but its host could not be told. Send it again with the"
              + " same idempotency key, or the next index sweep tells the host. "
              + e.getMessage(),
          e);
    }
  }

  /// Every marker. A request a thousand; the journal says which requests wait still.
  public List<Marker> list() {
    List<Marker> markers = new ArrayList<>();
    for (Listing.Entry entry : KeyWalk.under(repository.store(), ObjectKeys.inbox(host))) {
      Marker.parse(ObjectKeys.name(entry.key())).ifPresent(markers::add);
    }
    return markers;
  }

  /// Takes markers away whose requests wait no more. Agents may not, functions may.
  public void remove(List<Marker> markers) {
    if (!markers.isEmpty()) {
      repository.store().delete(markers.stream().map(marker -> marker.key(host)).toList());
    }
  }
}
