package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.SnapshotSelector;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

final class SnapshotConverter implements ITypeConverter<SnapshotSelector> {
  @Override
  public SnapshotSelector convert(String text) {
    try {
      return SnapshotSelector.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
