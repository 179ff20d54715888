package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdEndpoint;
import io.tidemark.agent.nbd.NbdException;
import io.tidemark.agent.nbd.NbdTarget;
import io.tidemark.agent.nbd.NbdTimeouts;
import io.tidemark.agent.qemu.QemuException;
import io.tidemark.agent.qemu.QemuInstant;
import io.tidemark.agent.qemu.QemuNames;
import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.Stillness;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.key.VolumeId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Opens disks of running QEMUs.
final class QemuSources {
  private final InstantSource clock;

  QemuSources(InstantSource clock) {
    this.clock = clock;
  }

  VolumeView open(SourceAddress.Qemu address, Opening opening) throws SourceException {
    if (opening.stillness().span() == Stillness.Span.READING) {
      throw new SourceException.NotQuiesced(
          address.text(),
          "QEMU keeps the instant, so nobody needs to be held while it is read. Leave"
              + " --freeze-for-read out; --quiesce holds writers around the instant.",
          null);
    }
    QemuView.requireRoom(address);
    Optional<TrackerNote> note = TrackerNote.read(opening.folder());
    QemuInstant.Place place =
        new QemuInstant.Place(address.monitor(), address.scratch(), address.server());
    QemuInstant.Wanted wanted =
        new QemuInstant.Wanted(
            names(opening, note), address.node(), note.map(TrackerNote::account));
    QemuInstant instant;
    try {
      instant = QemuInstant.take(place, List.of(wanted), opening.stillness());
    } catch (QemuException e) {
      throw refused(address.text(), e);
    } catch (QuiesceException e) {
      throw new SourceException.NotQuiesced(address.text(), String.valueOf(e.getMessage()), e);
    }
    boolean done = false;
    try {
      NbdView exported = exported(address, instant);
      done = true;
      return new QemuView(address, opening, place, instant, exported, note);
    } finally {
      if (!done) {
        release(place, opening, note);
      }
    }
  }

  private NbdView exported(SourceAddress.Qemu address, QemuInstant instant) throws SourceException {
    QemuInstant.Taken disk = instant.disks().getFirst();
    List<String> contexts = new ArrayList<>(List.of(NbdTarget.ALLOCATION));
    disk.dirty().ifPresent(bitmap -> contexts.add(NbdTarget.DIRTY_BITMAP + bitmap));
    try {
      NbdClient client =
          NbdClient.open(
              new NbdTarget(
                  new NbdEndpoint.Unix(instant.server()),
                  disk.export(),
                  Optional.empty(),
                  contexts,
                  NbdTimeouts.USUAL));
      return new NbdView(address.text(), client, instant.at(), Consistency.CRASH, List.of());
    } catch (NbdException e) {
      throw NbdSources.refused(address.text(), e);
    }
  }

  private static void release(
      QemuInstant.Place place, Opening opening, Optional<TrackerNote> note) {
    try {
      QemuInstant.release(place, volume(opening), note.map(TrackerNote::account));
    } catch (QemuException e) {
      opening.warnings().accept("Something may be left in QEMU: " + e.getMessage() + ".");
    }
  }

  /// Removes what was added to QEMU for a volume.
  ///
  /// @param keep the bitmap that counts on
  static void sweep(SourceAddress.Qemu address, VolumeId volume, Optional<String> keep)
      throws SourceException {
    try {
      QemuInstant.release(
          new QemuInstant.Place(address.monitor(), address.scratch(), address.server()),
          digits(volume),
          keep);
    } catch (QemuException e) {
      throw refused(address.text(), e);
    }
  }

  private static String volume(Opening opening) {
    return digits(opening.volume());
  }

  private static String digits(VolumeId volume) {
    return volume.text().substring("vol-".length());
  }

  /// Told apart by when: whatever else bears an older name is removed before.
  private QemuNames names(Opening opening, Optional<TrackerNote> note) {
    int session = (int) clock.instant().toEpochMilli();
    String digits = "%08x".formatted(session);
    if (note.isPresent() && note.get().account().contains(digits)) {
      digits = "%08x".formatted(session + 1);
    }
    return new QemuNames(volume(opening), digits);
  }

  static SourceException refused(String place, QemuException e) {
    String message = e.getMessage() + ".";
    return switch (e.kind()) {
      case UNREACHABLE, NO_NODE -> new SourceException.NotFound(place, message);
      case DENIED -> new SourceException.Denied(place, message, e);
      case REFUSED, UNFIT, PROTOCOL -> new SourceException.Unreadable(place, message, e);
    };
  }
}
