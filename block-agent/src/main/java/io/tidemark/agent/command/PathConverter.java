package io.tidemark.agent.command;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Paths of this host.
public final class PathConverter implements ITypeConverter<Path> {
  /// What the runtime makes of bytes that are no text.
  private static final String NO_TEXT = "\uFFFD";

  @Override
  public Path convert(String text) {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /// @throws IllegalArgumentException when the text stands for no path, saying what to do
  static Path parse(String text) {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(unreadable(text), e);
    }
    if (text.contains(NO_TEXT) && !Files.exists(path)) {
      throw new IllegalArgumentException(unreadable(text));
    }
    return path;
  }

  private static String unreadable(String text) {
    return "'"
        + Shown.of(text)
        + "' has bytes that are no text in this locale. Set LC_ALL=C.UTF-8, or lead to it by a"
        + " symbolic link with a plain name";
  }
}
