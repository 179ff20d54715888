package io.tidemark.agent.command;

import io.tidemark.repository.volume.VolumeName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

final class VolumeNameConverter implements ITypeConverter<VolumeName> {
  @Override
  public VolumeName convert(String text) {
    try {
      return new VolumeName(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
