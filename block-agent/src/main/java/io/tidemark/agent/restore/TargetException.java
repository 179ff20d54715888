package io.tidemark.agent.restore;

import io.tidemark.agent.system.Holder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a target cannot be restored to; the message names it, says what it holds now, and what to do
/// next.
public abstract sealed class TargetException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String target;

  private TargetException(String target, String message, @Nullable Throwable cause) {
    super(target + ": " + message, cause);
    this.target = target;
  }

  /// The path as the caller gave it, or `standard output`.
  public final String target() {
    return target;
  }

  /// Whether the target was left as it was found.
  public abstract boolean refused();

  /// A new file was wanted and there is something.
  public static final class Exists extends TargetException {
    private static final long serialVersionUID = 1L;

    public Exists(String target, String message) {
      super(target, message, null);
    }

    @Override
    public boolean refused() {
      return true;
    }
  }

  /// Nothing is there where something is needed: the target, or the folder it shall lie in.
  public static final class NotFound extends TargetException {
    private static final long serialVersionUID = 1L;

    public NotFound(String target, String message) {
      super(target, message, null);
    }

    @Override
    public boolean refused() {
      return true;
    }
  }

  /// Bytes of a volume cannot go there: a folder, a pipe, a terminal, a character device.
  public static final class NotATarget extends TargetException {
    private static final long serialVersionUID = 1L;

    public NotATarget(String target, String message) {
      super(target, message, null);
    }

    @Override
    public boolean refused() {
      return true;
    }
  }

  /// This user may not write there.
  public static final class Denied extends TargetException {
    private static final long serialVersionUID = 1L;

    public Denied(String target, String message, @Nullable Throwable cause) {
      super(target, message, cause);
    }

    @Override
    public boolean refused() {
      return true;
    }
  }

  /// Somebody uses it.
  public static final class InUse extends TargetException {
    private static final long serialVersionUID = 1L;

    private final transient List<Holder> holders;

    public InUse(String target, String message, List<Holder> holders) {
      super(target, message, null);
      this.holders = List.copyOf(holders);
    }

    /// Who uses it, as far as can be seen.
    public List<Holder> holders() {
      return holders;
    }

    @Override
    public boolean refused() {
      return true;
    }
  }

  /// The snapshot is larger than the device.
  public static final class TooSmall extends TargetException {
    private static final long serialVersionUID = 1L;

    public TooSmall(String target, String message) {
      super(target, message, null);
    }

    @Override
    public boolean refused() {
      return true;
    }
  }

  /// No room is left, or the file system has no files of that size.
  public static final class Full extends TargetException {
    private static final long serialVersionUID = 1L;

    public Full(String target, String message, @Nullable Throwable cause) {
      super(target, message, cause);
    }

    @Override
    public boolean refused() {
      return false;
    }
  }

  /// Somebody opened the target while it was written in place: it holds a mixture now.
  public static final class Disturbed extends TargetException {
    private static final long serialVersionUID = 1L;

    public Disturbed(String target, String message) {
      super(target, message, null);
    }

    @Override
    public boolean refused() {
      return false;
    }
  }

  /// The medium or the receiver failed.
  public static final class Failed extends TargetException {
    private static final long serialVersionUID = 1L;

    public Failed(String target, String message, @Nullable Throwable cause) {
      super(target, message, cause);
    }

    @Override
    public boolean refused() {
      return false;
    }
  }
}
