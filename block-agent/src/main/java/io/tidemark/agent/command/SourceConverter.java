package io.tidemark.agent.command;

import io.tidemark.agent.source.SourceAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Sources of this host; relative paths are those of the folder that the command runs in.
final class SourceConverter implements ITypeConverter<SourceAddress> {
  @Override
  public SourceAddress convert(String text) {
    try {
      return SourceAddress.isPath(text)
          ? new SourceAddress.FileOrDevice(PathConverter.parse(text).toAbsolutePath().normalize())
          : SourceAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
