package io.tidemark.functions.function;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.store.ObjectStore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The served repository, opened by the first call that needs it and kept, since what opening reads
/// never changes. Where there is none yet, every call looks again.
public final class OpenRepository {
  private final ObjectStore store;
  private final Journal.Writer writer;
  private final Consumer<Host> bell;
  private final AtomicReference<@Nullable Repository> opened = new AtomicReference<>();

  /// @param bell is told of every host for which a request was left
  public OpenRepository(ObjectStore store, Journal.Writer writer, Consumer<Host> bell) {
    this.store = store;
    this.writer = writer;
    this.bell = bell;
  }

  /// The repository, in which the caller is the actor of all that is changed.
  ///
  /// @throws io.tidemark.repository.Refused when there is none
  public Repository of(Call call) {
    return of(call.caller());
  }

  public Repository of(Caller caller) {
    return get().actingAs(caller.name());
  }

  /// The repository, in which this process is the actor.
  ///
  /// @throws io.tidemark.repository.Refused when there is none
  public Repository get() {
    Repository known = opened.get();
    if (known != null) {
      return known;
    }
    Repository now = Repository.open(store, writer).ringing(bell);
    opened.set(now);
    return now;
  }
}
