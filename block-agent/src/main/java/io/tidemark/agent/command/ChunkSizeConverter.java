package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.chunk.ChunkSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

final class ChunkSizeConverter implements ITypeConverter<ChunkSize> {
  @Override
  public ChunkSize convert(String text) {
    try {
      return new ChunkSize((int) Math.min(ByteCount.parse(Shown.of(text)), Integer.MAX_VALUE));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
