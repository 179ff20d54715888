package io.tidemark.local;

import java.io.IOException;
import java.io.Writer;

/// Lets a command's progress and warnings through and keeps back what else it says, for whoever
/// gives an account of its own.
final class ProgressOnly extends Writer {
  private static final String WARNING = "tidemark: warning: ";

  private final Writer out;
  private final StringBuilder piece = new StringBuilder();

  /// @param out is told each piece between two flushes, or not at all
  ProgressOnly(Writer out) {
    this.out = out;
  }

  @Override
  public void write(char[] text, int offset, int length) {
    piece.append(text, offset, length);
  }

  @Override
  public void flush() throws IOException {
    boolean isLine = !piece.isEmpty() && piece.charAt(piece.length() - 1) == '\n';
    if (!isLine || piece.indexOf(WARNING) == 0) {
      out.append(piece);
      out.flush();
    }
    piece.setLength(0);
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
