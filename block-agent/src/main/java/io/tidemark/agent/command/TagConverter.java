package io.tidemark.agent.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

final class TagConverter implements ITypeConverter<Tag> {
  @Override
  public Tag convert(String text) {
    try {
      return Tag.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
