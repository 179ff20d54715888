package io.tidemark.agent.command;

import io.tidemark.agent.flow.FullScans;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

final class FullScansConverter implements ITypeConverter<FullScans> {
  @Override
  public FullScans convert(String text) {
    try {
      return FullScans.parse(Shown.of(text));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
