package io.tidemark.agent.restore;

import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.agent.system.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a failed call means to somebody who restores.
final class Failures {
  private Failures() {}

  /// @param what did not work: `bytes 0-4095`
  /// @param leftBehind what that leaves, one sentence
  static TargetException of(String target, String what, String leftBehind, IOException e) {
    String reason = what + " failed (" + e.getMessage() + "). " + leftBehind;
    return switch (e instanceof SystemCallException call ? call.errno() : null) {
      case ENOSPC, EDQUOT ->
          new TargetException.Full(
              target, "no room is left: " + reason + " Make room, or restore to another place.", e);
      case EFBIG ->
          new TargetException.Full(
              target,
              "its file system has no files of that size: "
                  + reason
                  + " Restore to another file system; XFS takes the largest.",
              e);
      case null, default ->
          new TargetException.Failed(
              target,
              reason
                  + " Look into the kernel's log for the medium's state, or restore to another"
                  + " place.",
              e);
    };
  }

  static String range(long offsetBytes, long lengthBytes) {
    return "bytes " + offsetBytes + "-" + (offsetBytes + lengthBytes - 1);
  }

  /// Why something that exists cannot be opened for writing.
  static TargetException cannotOpen(Path path, OpenFileHolders holders, SystemCallException e) {
    return switch (e.errno()) {
      case EBUSY, ETXTBSY, EAGAIN -> inUse(path, holders);
      case ENOENT ->
          new TargetException.NotFound(
              path.toString(),
              Files.isSymbolicLink(path) ? "is a symbolic link to nothing." : "does not exist.");
      case ENOTDIR ->
          new TargetException.NotFound(
              path.toString(), "one of the folders in that path is a file.");
      case ELOOP, ENAMETOOLONG, EISDIR ->
          new TargetException.NotATarget(path.toString(), "cannot be opened: " + e.getMessage());
      case ENXIO, ENODEV, ENOMEDIUM ->
          new TargetException.NotATarget(
              path.toString(), "is a device with no medium in it or nothing attached to it.");
      case EACCES, EPERM ->
          new TargetException.Denied(
              path.toString(), "this user may not write to it. Run as root or as its owner.", e);
      case EROFS ->
          new TargetException.Denied(
              path.toString(), "it is read-only. Make it writable, or restore elsewhere.", e);
      default ->
          new TargetException.Failed(
              path.toString(), "cannot be opened (" + e.getMessage() + ").", e);
    };
  }

  /// Asks for the right to write without using it.
  static void checkWritable(Path path) throws TargetException {
    if (!Files.isWritable(path)) {
      throw new TargetException.Denied(
          path.toString(),
          "this user may not write to it, or it is read-only. Run as root or as its owner, or"
              + " restore elsewhere.",
          null);
    }
  }

  static TargetException inUse(Path path, OpenFileHolders holders) {
    try {
      OpenFileHolders.Findings findings = holders.of(path);
      return inUse(path, findings.holders(), findings.blindSpots());
    } catch (IOException _) {
      return inUse(path, List.of(), List.of());
    }
  }

  static TargetException inUse(Path path, List<Holder> holders, List<String> blindSpots) {
    String who =
        holders.isEmpty()
            ? "is in use by somebody who cannot be seen. " + String.join(" ", blindSpots)
            : "is in use by " + Holder.describeAll(holders) + ".";
    return new TargetException.InUse(
        path.toString(),
        who.strip()
            + " Nothing was written. Stop what uses it (unmount, detach), or restore elsewhere.",
        holders);
  }
}
