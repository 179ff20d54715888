package io.tidemark.agent.command;

import io.tidemark.agent.quantity.TimeSpan;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Spans of time that are some time.
final class TimeSpanConverter implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    try {
      Duration span = TimeSpan.parse(text);
      if (span.isZero()) {
        throw new IllegalArgumentException("'" + text + "' is no time at all");
      }
      return span;
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
