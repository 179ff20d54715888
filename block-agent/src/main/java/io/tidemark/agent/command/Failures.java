package io.tidemark.agent.command;

import io.tidemark.agent.flow.FlowException;
import io.tidemark.agent.restore.TargetException;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.system.Holder;
import io.tidemark.repository.Refused;
import io.tidemark.repository.journal.IllegalEventException;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.session.SessionEnded;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells what a failure means to whoever gave the command.
final class Failures {
  private static final String INTERRUPTED = "INTERRUPTED";

  private Failures() {}

  /// What is said of work that a signal ended, where it does not say itself what it leaves.
  ///
  /// @param hasWritten whether it had sent anything that changes the store
  /// @param detail what more there is to know; may be empty
  static Failure interrupted(boolean hasWritten, String detail) {
    String left =
        hasWritten
            ? "What it had finished stays; give the same command again for the rest."
            : "Nothing was changed.";
    return new Failure(
        ExitStatus.FAILED, INTERRUPTED, ("Interrupted. " + left + " " + detail).strip());
  }

  /// The same of a request that was given up for the signal.
  static Failure interrupted(boolean hasWritten, StoreException e) {
    return e instanceof StoreException.UnknownOutcome
        ? new Failure(
            ExitStatus.FAILED,
            INTERRUPTED,
            "Interrupted. " + message(e),
            error -> error.put("key", e.key()))
        : interrupted(hasWritten, "");
  }

  static Failure of(Throwable thrown) {
    return switch (thrown) {
      case UsageException e -> new Failure(ExitStatus.USAGE, "USAGE", message(e));
      case Refused e -> of(e);
      case IllegalEventException e ->
          new Failure(
              ExitStatus.REFUSED, "WRONG_STATE", message(e) + ". Nothing was changed; look again.");
      case StoreException e -> of(e);
      case SourceException e -> of(e);
      case TargetException e -> of(e);
      case SessionEnded e -> new Failure(ExitStatus.FAILED, "SESSION_ENDED", message(e));
      case FlowException e -> of(e);
      case InterruptedException e ->
          new Failure(ExitStatus.FAILED, INTERRUPTED, message(e, "Interrupted."));
      case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
      case IOException e -> new Failure(ExitStatus.FAILED, "LOCAL_FAILURE", local(e));
      case OutOfMemoryError e ->
          new Failure(
              ExitStatus.FAILED,
              "OUT_OF_MEMORY",
              "The memory that Java may use is spent ("
                  + e.getMessage()
                  + "). Give it more: TIDEMARK_JAVA_OPTIONS=-Xmx512m");
      default ->
          new Failure(
              ExitStatus.FAILED,
              "INTERNAL",
              "This should not have happened: "
                  + thrown.getClass().getSimpleName()
                  + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage())
                  + ". Run it again with TIDEMARK_DEBUG=1 and report what it prints.");
    };
  }

  private static Failure of(Refused e) {
    return new Failure(
        ExitStatus.REFUSED,
        e.reason().name(),
        message(e),
        error -> {
          if (!e.candidates().isEmpty()) {
            error.array("ids", e.candidates(), error::text);
          }
        });
  }

  private static Failure of(FlowException e) {
    return switch (e) {
      case FlowException.Damaged damaged ->
          new Failure(
              ExitStatus.FAILED,
              "DAMAGED",
              message(e),
              error -> {
                error.put("snapshot", e.snapshot().text());
                DamageFace.json(error, damaged.damage(), _ -> List.of());
              });
      case FlowException.Interrupted _ ->
          new Failure(
              ExitStatus.FAILED,
              INTERRUPTED,
              message(e),
              error -> error.put("snapshot", e.snapshot().text()));
      case FlowException.Deleted _ ->
          new Failure(
              ExitStatus.FAILED,
              "DELETED",
              message(e),
              error -> error.put("snapshot", e.snapshot().text()));
      case FlowException.NotMade notMade -> of(notMade);
    };
  }

  /// The code of its cause, but never that nothing was changed.
  private static Failure of(FlowException.NotMade e) {
    Throwable why = e.getCause() == null ? e : e.getCause();
    Failure cause =
        why instanceof FlowException
            ? new Failure(ExitStatus.FAILED, "INTERNAL", message(e))
            : of(why);
    return new Failure(
        ExitStatus.FAILED,
        cause.code(),
        message(e),
        error -> {
          error.put("snapshot", e.snapshot().text());
          cause.details().write(error);
        });
  }

  private static Failure of(StoreException e) {
    return new Failure(status(e), e.code(), message(e), error -> error.put("key", e.key()));
  }

  /// What a repository is and what happened to it is read before anything is done to it, and
  /// without a bucket nothing is done at all.
  private static ExitStatus status(StoreException e) {
    boolean tooNew =
        e instanceof StoreException.FormatTooNew
            && (e.key().equals(ObjectKeys.REPOSITORY) || e.key().contains("/journal/"));
    return tooNew || e.code().equals(StoreException.NO_BUCKET)
        ? ExitStatus.REFUSED
        : ExitStatus.FAILED;
  }

  private static Failure of(SourceException e) {
    String code =
        switch (e) {
          case SourceException.InUse _ -> "SOURCE_IN_USE";
          case SourceException.NotFound _ -> "SOURCE_NOT_FOUND";
          case SourceException.NotAVolume _ -> "SOURCE_NOT_A_VOLUME";
          case SourceException.Denied _ -> "SOURCE_DENIED";
          case SourceException.Mixture _ -> "SOURCE_MIXTURE";
          case SourceException.Changed _ -> "SOURCE_CHANGED";
          case SourceException.Unreadable _ -> "SOURCE_UNREADABLE";
          case SourceException.NotQuiesced _ -> "SOURCE_NOT_QUIESCED";
        };
    return new Failure(
        ExitStatus.REFUSED,
        code,
        message(e),
        error -> {
          error.put("path", e.place());
          if (e instanceof SourceException.InUse use) {
            holders(error, use.holders());
          }
        });
  }

  private static Failure of(TargetException e) {
    String code =
        switch (e) {
          case TargetException.Exists _ -> "TARGET_EXISTS";
          case TargetException.NotFound _ -> "TARGET_NOT_FOUND";
          case TargetException.NotATarget _ -> "TARGET_UNFIT";
          case TargetException.Denied _ -> "TARGET_DENIED";
          case TargetException.InUse _ -> "TARGET_IN_USE";
          case TargetException.TooSmall _ -> "TARGET_TOO_SMALL";
          case TargetException.Full _ -> "TARGET_FULL";
          case TargetException.Disturbed _ -> "TARGET_DISTURBED";
          case TargetException.Failed _ -> "TARGET_FAILED";
        };
    return new Failure(
        e.refused() ? ExitStatus.REFUSED : ExitStatus.FAILED,
        code,
        message(e),
        error -> {
          error.put("target", e.target());
          if (e instanceof TargetException.InUse use) {
            holders(error, use.holders());
          }
        });
  }

  private static void holders(JsonWriter error, List<Holder> holders) {
    error.array(
        "holders",
        holders,
        holder ->
            error.object(
                member -> {
                  if (holder instanceof Holder.RunningProcess process) {
                    member.put("pid", process.pid());
                  }
                  member.put("description", holder.describe());
                }));
  }

  private static String local(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + ": there is no such file or folder.";
      case AccessDeniedException denied -> denied.getFile() + ": this user may not do that there.";
      case FileSystemException other ->
          other.getFile() + ": " + (other.getReason() == null ? "failed" : other.getReason());
      default -> message(e);
    };
  }

  private static String message(Throwable e) {
    return message(e, e.getClass().getSimpleName());
  }

  private static String message(Throwable e, String fallback) {
    @Nullable String message = e.getMessage();
    return message == null || message.isBlank() ? fallback : message;
  }
}
