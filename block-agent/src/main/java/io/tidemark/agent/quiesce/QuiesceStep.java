package io.tidemark.agent.quiesce;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// One step that holds writers still, as a person writes it: `mysql?timeout=5s&otherwise=crash`.
///
/// @param timeout within which it has to be done
/// @param otherwise what to do when it is not
public record QuiesceStep(What what, Duration timeout, Otherwise otherwise) {
  /// What is done when a step fails.
  public enum Otherwise {
    /// There is no snapshot.
    REFUSE,
    /// The step is left out, and the snapshot says so by its consistency.
    CRASH
  }

  /// What a step does.
  public sealed interface What {
    /// Has the kernel write everything to the media.
    record Sync() implements What {}

    /// Freezes a file system of this host.
    record FileSystem(Path point) implements What {}

    /// Holds a read lock on all tables of a MySQL or MariaDB.
    ///
    /// @param options file of the client's options, user and password among them
    record MySql(Optional<Path> options) implements What {}

    /// Has a PostgreSQL write a checkpoint, so that it recovers fast. Holds nobody.
    ///
    /// @param services file of connection services, of which `tidemark` is taken
    record PostgreSql(Optional<Path> services) implements What {}

    /// Has a Redis keep writers waiting and save everything.
    ///
    /// @param options file with `host`, `port`, `socket`, `user`, `password`
    record Redis(Optional<Path> options) implements What {}

    /// Freezes the file systems of a machine by the QEMU guest agent in it.
    ///
    /// @param socket at which QEMU offers it
    record Guest(Path socket) implements What {}

    /// Runs a program with `freeze` before, and with `thaw` after.
    record Command(Path program) implements What {}
  }

  /// Freezes a file system within the usual time, or there is no snapshot.
  public static QuiesceStep freezing(Path point) {
    What what = new What.FileSystem(point);
    return new QuiesceStep(what, QuiesceSyntax.usual(what), Otherwise.REFUSE);
  }

  /// The form that [#parse] reads back.
  public String text() {
    return QuiesceSyntax.text(this);
  }

  /// What a text stands for: one of `sync`, `fs:PATH`, `mysql[:FILE]`, `postgresql[:FILE]`,
  /// `redis[:FILE]`, `guest:SOCKET`, `command:PROGRAM`, with `?timeout=SPAN&otherwise=crash`
  /// behind.
  ///
  /// @throws IllegalArgumentException with what is wrong and what wanted
  public static QuiesceStep parse(String text) {
    return QuiesceSyntax.parse(text);
  }

  @Override
  public String toString() {
    return text();
  }
}
