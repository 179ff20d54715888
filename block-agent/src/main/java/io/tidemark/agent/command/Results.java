package io.tidemark.agent.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// Where results are printed to, which remembers whether somebody still reads them.
final class Results extends PrintWriter {
  private final Watched watched;

  Results(OutputStream to) {
    this(new Watched(to));
  }

  private Results(Watched watched) {
    super(watched, false, StandardCharsets.UTF_8);
    this.watched = watched;
  }

  /// Whether something could not be written for want of a reader.
  boolean isUnread() {
    return watched.unread;
  }

  private static final class Watched extends FilterOutputStream {
    private volatile boolean unread;

    Watched(OutputStream to) {
      super(to);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (ReaderGone e) {
        unread = true;
        throw e;
      }
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }
  }
}
