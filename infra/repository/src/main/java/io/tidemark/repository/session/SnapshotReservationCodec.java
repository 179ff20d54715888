package io.tidemark.repository.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.VolumeId;

/// The bytes of `snapshots/<id>`.
final class SnapshotReservationCodec {
  private SnapshotReservationCodec() {}

  static byte[] encode(SnapshotReservation reservation, CommitId commitId) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("format", 1);
    object.put("volume", reservation.volume().text());
    object.put("number", reservation.number());
    object.put("commitId", commitId.toString());
    return CanonicalJsonCodec.encode(object);
  }

  static SnapshotReservation decode(byte[] bytes) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(CanonicalJsonCodec.decode(bytes));
    return new SnapshotReservation(
        fields.value("volume", VolumeId::new), fields.number("number", 0, Long.MAX_VALUE));
  }
}
