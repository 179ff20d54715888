package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdException;
import io.tidemark.agent.nbd.NbdTarget;
import io.tidemark.repository.journal.Consistency;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Opens exports of NBD servers. What instant such an export shows only the person knows who made
/// it, so that has to be said in the address.
final class NbdSources {
  private static final List<String> WAYS_OUT =
      List.of(
          "If the export is a snapshot, or nobody writes to it while it is read, say so: add"
              + " instant=promised to the address (remove the volume and add it anew).",
          "Or add the disk as qemu:/QMP.SOCK#NODE, where QEMU serves it.",
          "Or give --allow-live to take it as it is; that snapshot is marked live for ever and may"
              + " not be consistent.");

  private final InstantSource clock;

  NbdSources(InstantSource clock) {
    this.clock = clock;
  }

  VolumeView open(SourceAddress.Nbd address, LiveConsent consent) throws SourceException {
    String place = address.text();
    boolean isPromised =
        switch (address.promise()) {
          case GIVEN -> true;
          case NONE -> false;
        };
    if (!isPromised && consent == LiveConsent.REFUSE_LIVE) {
      throw new SourceException.InUse(
          place,
          "nothing says that this export shows one instant; its server may write to it while it is"
              + " read. "
              + String.join(" ", WAYS_OUT),
          List.of(),
          WAYS_OUT);
    }
    NbdClient client = connect(address);
    List<String> remarks = new ArrayList<>();
    if (!isPromised) {
      remarks.add(LiveView.WARNING);
    } else if (!client.export().isReadOnly()) {
      remarks.add(
          "The export can be written to; that nobody does is taken from the address alone.");
    }
    return new NbdView(
        place, client, clock.instant(), isPromised ? Consistency.CRASH : Consistency.LIVE, remarks);
  }

  static NbdClient connect(SourceAddress.Nbd address) throws SourceException {
    try {
      return NbdClient.open(
          new NbdTarget(address.endpoint(), address.export(), address.certificates()));
    } catch (NbdException e) {
      throw refused(address.text(), e);
    }
  }

  static SourceException refused(String place, NbdException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case UNREACHABLE ->
          new SourceException.NotFound(
              place, message + ". Start the server, or give another address.");
      case NO_EXPORT ->
          new SourceException.NotFound(
              place, message + ". Give the name of one of its exports (nbdinfo --list).");
      case REFUSED -> new SourceException.Denied(place, message + ".", e);
      case PROTOCOL, STALLED, DROPPED, FAILED ->
          new SourceException.Unreadable(
              place, message + ". Look into the server's log, or update it.", e);
    };
  }
}
