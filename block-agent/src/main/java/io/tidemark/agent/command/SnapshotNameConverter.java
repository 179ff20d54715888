package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.SnapshotName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

final class SnapshotNameConverter implements ITypeConverter<SnapshotName> {
  @Override
  public SnapshotName convert(String text) {
    if (text.equals("latest")) {
      throw new TypeConversionException("'latest' stands for the newest one. Choose another name");
    }
    return new TextConverter().convert(text);
  }
}
