package io.tidemark.agent.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Standard output of this process. Unlike `System.out` it says when what is written gets lost, and
/// where that is a pipe, that it is for want of a reader.
final class StandardOutput extends FilterOutputStream {
  StandardOutput() {
    super(new FileOutputStream(FileDescriptor.out));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw isPipe() ? new ReaderGone(e) : e;
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  /// The text of the failure is in the user's language, so it tells nothing.
  private static boolean isPipe() {
    try {
      String to = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return to.startsWith("pipe:") || to.startsWith("socket:");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
