package io.tidemark.repository.probe;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.SettledCreate;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The verdicts that a bucket keeps about itself.
public final class Verdicts {
  private final ObjectStore store;

  public Verdicts(ObjectStore store) {
    this.store = store;
  }

  /// The newest verdict; two requests.
  public Optional<Verdict> newest() {
    OptionalLong number = newestNumber();
    if (number.isEmpty()) {
      return Optional.empty();
    }
    String key = ObjectKeys.probe(number.getAsLong());
    try {
      return Optional.of(VerdictCodec.decode(store.get(key)));
    } catch (MalformedException e) {
      throw e.at(key, "verdict", Remedy.PROBE);
    }
  }

  /// For a process that is about to write and must not probe: an agent has no right to delete.
  ///
  /// @throws Refused when there is no verdict, or the newest names a fact that failed
  public void requireUsable() {
    Verdict verdict =
        newest()
            .orElseThrow(
                () ->
                    new Refused(
                        Reason.STORE_UNFIT,
                        "Nobody has looked yet whether "
                            + store.location()
                            + " can hold a repository safely, so nothing is written. Somebody with"
                            + " the right to delete there has to run `tidemark repository"
                            + " probe`."));
    verdict
        .refusal()
        .ifPresent(
            reason -> {
              throw new Refused(Reason.STORE_UNFIT, store.location() + ": " + reason);
            });
  }

  /// Keeps `verdict` as the newest one.
  void append(Verdict verdict, CommitId commitId, SettledCreate creates) {
    ByteBuffer bytes = ByteBuffer.wrap(VerdictCodec.encode(verdict, commitId));
    long number = newestNumber().orElse(0) + 1;
    while (creates.create(ObjectKeys.probe(number), bytes, OwnershipCheck.sameBytes(bytes))
        == Settled.NOT_OURS) {
      number++;
    }
  }

  private OptionalLong newestNumber() {
    // Digits come before the letters of what a probe tries things out with.
    List<Listing.Entry> entries = store.list(ObjectKeys.PROBES, "", 1).entries();
    if (entries.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(ObjectKeys.ascending(ObjectKeys.name(entries.getFirst().key())));
    } catch (IllegalArgumentException _) {
      return OptionalLong.empty();
    }
  }
}
