package io.tidemark.repository.request;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;

/// The memory of idempotent requests.
public final class Requests {
  private final Repository repository;

  public Requests(Repository repository) {
    this.repository = repository;
  }

  /// What is remembered under a key.
  public Optional<RequestMemory> find(RequestKey key) {
    String place = ObjectKeys.request(key.digest());
    try {
      return Optional.of(RequestMemoryCodec.decode(repository.store().get(place)));
    } catch (StoreException.Missing e) {
      return Optional.empty();
    } catch (MalformedException e) {
      throw e.at(place, "the memory of a request", Remedy.RESTORE_OBJECT);
    }
  }

  /// What the request of that key is to use: what is remembered, or else `drawn`, which is
  /// remembered from now on. Of two at once one wins, and both use that one's.
  ///
  /// @param request digest of what is asked for
  /// @throws Refused when the key was given with another request
  public RequestMemory settle(RequestKey key, String request, Supplier<RequestMemory> drawn) {
    Optional<RequestMemory> known = find(key);
    if (known.isPresent()) {
      return same(known.get(), request);
    }
    RequestMemory memory = drawn.get();
    ByteBuffer bytes =
        ByteBuffer.wrap(
            RequestMemoryCodec.encode(memory, CommitId.random(repository.writer().random())));
    Settled settled =
        repository
            .writer()
            .creates()
            .create(ObjectKeys.request(key.digest()), bytes, OwnershipCheck.sameBytes(bytes));
    return switch (settled) {
      case OURS -> memory;
      case NOT_OURS -> same(find(key).orElseThrow(), request);
    };
  }

  private static RequestMemory same(RequestMemory memory, String request) {
    if (!memory.request().equals(request)) {
      throw new Refused(
          Refused.Reason.KEY_REUSED,
          "This idempotency key was given with another request before. Nothing was changed. Take a"
              + " new key for a new request.");
    }
    return memory;
  }
}
