package io.tidemark.agent.flow;

import io.tidemark.agent.restore.RestoreTarget;
import io.tidemark.agent.restore.TargetException;
import io.tidemark.agent.system.FileStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// A volume that is written over. From before its first byte is written until all of it is durable
/// a note says that it holds a mixture of old and new bytes, whatever becomes of this process.
final class NotedTarget implements RestoreTarget {
  private final RestoreTarget target;
  private final String name;
  private final Path note;
  private final String request;
  private boolean noted;

  /// @param name of the target, for people
  /// @param request which restore this is, the note's text
  NotedTarget(RestoreTarget target, String name, Path note, String request) {
    this.target = target;
    this.name = name;
    this.note = note;
    this.request = request;
  }

  private synchronized void write() throws TargetException {
    if (noted) {
      return;
    }
    try {
      Files.writeString(
          note,
          request,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.DSYNC);
    } catch (IOException e) {
      throw new TargetException.Failed(
          name, "nothing was written, for " + note + " could not be (" + e.getMessage() + ").", e);
    }
    noted = true;
  }

  @Override
  public void write(long offsetBytes, ByteBuffer bytes) throws TargetException {
    write();
    target.write(offsetBytes, bytes);
  }

  @Override
  public void zero(long offsetBytes, long lengthBytes) throws TargetException {
    write();
    target.zero(offsetBytes, lengthBytes);
  }

  @Override
  public void finish() throws TargetException {
    target.finish();
    try {
      Files.deleteIfExists(note);
    } catch (IOException e) {
      throw new TargetException.Failed(
          name, "all of it was restored, but " + note + " could not be removed; remove it.", e);
    }
  }

  @Override
  public void close() {
    target.close();
  }

  @Override
  public long sizeBytes() {
    return target.sizeBytes();
  }

  @Override
  public Order order() {
    return target.order();
  }

  @Override
  public Optional<Present> present() {
    return target.present();
  }

  @Override
  public List<String> remarks() {
    return target.remarks();
  }

  @Override
  public String leftBehind() {
    return target.leftBehind();
  }

  @Override
  public long writtenBytes() {
    return target.writtenBytes();
  }

  @Override
  public Optional<FileStatus> made() {
    return target.made();
  }
}
