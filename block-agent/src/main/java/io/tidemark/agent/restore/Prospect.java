package io.tidemark.agent.restore;

import io.tidemark.agent.restore.RestoreTarget.Order;
import java.util.List;
import java.util.OptionalLong;

/// What a restore would find at its target, seen without opening anything for writing.
///
/// @param target for people, as they wrote it
/// @param roomBytes free where a new file would be made; empty for what has its size already
/// @param remarks what the user should know of the target, one sentence each
public record Prospect(String target, Kind kind, OptionalLong roomBytes, List<String> remarks) {
  public Prospect {
    remarks = List.copyOf(remarks);
  }

  /// What a restore does there.
  public enum Kind {
    NEW_FILE("a new sparse file"),
    DEVICE("a block device, from end to end"),
    IN_PLACE("what is there, where it differs"),
    STANDARD_OUTPUT("standard output");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// What is written to, for a message.
    public String words() {
      return words;
    }
  }

  /// In which order bytes would go there.
  public Order order() {
    return kind == Kind.STANDARD_OUTPUT ? Order.SEQUENTIAL : Order.ANY;
  }

  /// How much a restore writes there at most: all of it, but where zeroes are holes.
  ///
  /// @param dataBytes of the snapshot's chunks that are not zero
  public long mostWrittenBytes(long sizeBytes, long dataBytes) {
    return kind == Kind.NEW_FILE ? dataBytes : sizeBytes;
  }

  /// @throws TargetException.Full when the data has no room
  public void requireRoom(long dataBytes) throws TargetException {
    if (roomBytes.isPresent() && roomBytes.getAsLong() < dataBytes) {
      throw new TargetException.Full(
          target,
          "has too little room: "
              + roomBytes.getAsLong()
              + " bytes are free there, and the snapshot has "
              + dataBytes
              + " bytes of data. Nothing was written. Make room, or restore to another place.",
          null);
    }
  }
}
