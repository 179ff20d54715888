package io.tidemark.agent.pipeline;

import io.tidemark.repository.pack.PackId;
import org.jspecify.annotations.Nullable;

/// One pack on its way to the store. Its chunks can be pointed at while it is still being filled;
/// references to them exist only once it has arrived.
final class Shipment {
  private volatile @Nullable PackId arrivedAs;

  /// A pack that is in the store already.
  static Shipment arrived(PackId id) {
    Shipment shipment = new Shipment();
    shipment.arrive(id);
    return shipment;
  }

  void arrive(PackId id) {
    arrivedAs = id;
  }

  boolean hasArrived() {
    return arrivedAs != null;
  }

  PackId id() {
    PackId id = arrivedAs;
    if (id == null) {
      throw new IllegalStateException("A pack is referred to before the store has it");
    }
    return id;
  }
}
