package io.tidemark.agent.source;

import io.tidemark.agent.system.Holder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a volume cannot be read as what it is meant to be; the message names the place and says what
/// to do next. Nothing was changed.
public abstract sealed class SourceException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String place;

  private SourceException(Object place, String message, @Nullable Throwable cause) {
    super(place + ": " + message, cause);
    this.place = place.toString();
  }

  /// The path or address as the caller gave it.
  public final String place() {
    return place;
  }

  /// Somebody may write to it, or nothing proves that nobody does.
  public static final class InUse extends SourceException {
    private static final long serialVersionUID = 1L;

    private final transient List<Holder> holders;
    private final transient List<String> waysOut;

    public InUse(Path path, String message, List<Holder> holders, List<String> waysOut) {
      super(path, message, null);
      this.holders = List.copyOf(holders);
      this.waysOut = List.copyOf(waysOut);
    }

    public InUse(String place, String message, List<Holder> holders, List<String> waysOut) {
      super(place, message, null);
      this.holders = List.copyOf(holders);
      this.waysOut = List.copyOf(waysOut);
    }

    /// Who uses it, as far as can be seen; empty when nobody was seen.
    public List<Holder> holders() {
      return holders;
    }

    /// What the user can do, one sentence each; the message holds them too.
    public List<String> waysOut() {
      return waysOut;
    }
  }

  /// There is nothing at that path.
  public static final class NotFound extends SourceException {
    private static final long serialVersionUID = 1L;

    public NotFound(Path path, String message) {
      super(path, message, null);
    }

    public NotFound(String place, String message) {
      super(place, message, null);
    }
  }

  /// It is neither a regular file nor a block device.
  public static final class NotAVolume extends SourceException {
    private static final long serialVersionUID = 1L;

    public NotAVolume(Path path, String message) {
      super(path, message, null);
    }

    public NotAVolume(String place, String message) {
      super(place, message, null);
    }
  }

  /// This user may not do what is needed.
  public static final class Denied extends SourceException {
    private static final long serialVersionUID = 1L;

    public Denied(Path path, String message, @Nullable Throwable cause) {
      super(path, message, cause);
    }

    public Denied(String place, String message, @Nullable Throwable cause) {
      super(place, message, cause);
    }
  }

  /// It was opened for writing, cut, replaced or resized while it was read.
  public static final class Changed extends SourceException {
    private static final long serialVersionUID = 1L;

    public Changed(Path path, String message) {
      super(path, message, null);
    }

    public Changed(String place, String message) {
      super(place, message, null);
    }
  }

  /// Writers could not be held still as was wished.
  public static final class NotQuiesced extends SourceException {
    private static final long serialVersionUID = 1L;

    public NotQuiesced(String place, String message, @Nullable Throwable cause) {
      super(place, message, cause);
    }
  }

  /// It is neither what it was nor what it was to be restored to.
  public static final class Mixture extends SourceException {
    private static final long serialVersionUID = 1L;

    public Mixture(String place, String message) {
      super(place, message, null);
    }
  }

  /// The medium failed under a read, or the kernel refused one for another reason.
  public static final class Unreadable extends SourceException {
    private static final long serialVersionUID = 1L;

    public Unreadable(Path path, String message, @Nullable Throwable cause) {
      super(path, message, cause);
    }

    public Unreadable(String place, String message, @Nullable Throwable cause) {
      super(place, message, cause);
    }
  }
}
