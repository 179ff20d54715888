package io.tidemark.agent.command;

import io.tidemark.agent.quiesce.QuiesceStep;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Steps as they are written.
final class QuiesceStepConverter implements ITypeConverter<QuiesceStep> {
  @Override
  public QuiesceStep convert(String text) {
    try {
      return QuiesceStep.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
