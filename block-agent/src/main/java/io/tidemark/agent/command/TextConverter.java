package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.SnapshotName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// One line of text, as short as a name.
final class TextConverter implements ITypeConverter<SnapshotName> {
  @Override
  public SnapshotName convert(String text) {
    try {
      return new SnapshotName(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
