package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.SnapshotName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

final class SnapshotNameConverter implements ITypeConverter<SnapshotName> {
  @Override
  public SnapshotName convert(String text) {
    try {
      return new SnapshotName(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
