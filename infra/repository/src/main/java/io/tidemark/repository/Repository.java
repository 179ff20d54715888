package io.tidemark.repository;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.index.IndexWriter;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.journal.repository.RepositoryBodyCodec;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryFold;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.RandomDigits;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An opened repository. Safe for many threads; holds no state but what never changes, and the
/// limits that were read last.
public final class Repository {
  private final ObjectStore store;
  private final Journal.Writer writer;
  private final RepositoryInfo info;
  private final Consumer<Host> bell;

  private final AtomicReference<@Nullable Quotas> limits = new AtomicReference<>();

  private Repository(
      ObjectStore store, Journal.Writer writer, RepositoryInfo info, Consumer<Host> bell) {
    this.store = store;
    this.writer = writer;
    this.info = info;
    this.bell = bell;
  }

  /// Makes a repository of an empty prefix.
  ///
  /// @throws Refused when there is one already
  public static Repository initialise(ObjectStore store, Journal.Writer writer, String region) {
    requireEmpty(store);
    RepositoryInfo info =
        new RepositoryInfo(
            RepositoryInfo.FORMAT,
            "repo-" + RandomDigits.draw(writer.random()),
            RepositoryInfo.SHA_256,
            region);
    ByteBuffer bytes = ByteBuffer.wrap(RepositoryInfoCodec.encode(info));
    Settled settled =
        writer.creates().create(ObjectKeys.REPOSITORY, bytes, OwnershipCheck.sameBytes(bytes));
    return switch (settled) {
      case OURS -> new Repository(store, writer, info, _ -> {});
      case NOT_OURS ->
          throw new Refused(
              Refused.Reason.REPOSITORY_EXISTS,
              "There is a repository in " + store.location() + " already. Use it as it is.");
    };
  }

  /// Refuses a prefix that holds anything but what a probe leaves, or a repository.
  ///
  /// @throws Refused naming an object that lies there
  public static void requireEmpty(ObjectStore store) {
    refuseForeign(store, ObjectKeys.VOLUMES);
    refuseForeign(store, ObjectKeys.REPOSITORY_JOURNAL);
    Optional<String> first = firstAfter(store, "");
    if (first.filter(key -> key.startsWith(ObjectKeys.PROBES)).isPresent()) {
      // All keys of a folder come before what '0', the sign after the slash, begins.
      first = firstAfter(store, ObjectKeys.PROBES.replace('/', '0'));
    }
    if (first.isPresent() && store.list(ObjectKeys.REPOSITORY, "", 1).entries().isEmpty()) {
      throw new Refused(
          Refused.Reason.REPOSITORY_EXISTS,
          "A repository needs an empty prefix, but "
              + store.location()
              + " holds objects, such as "
              + first.get()
              + ". Choose another prefix.");
    }
  }

  private static Optional<String> firstAfter(ObjectStore store, String key) {
    return store.list("", key, 1).entries().stream().map(Listing.Entry::key).findFirst();
  }

  /// A repository that lost its `tidemark.json` is not an empty prefix.
  private static void refuseForeign(ObjectStore store, String folder) {
    boolean lost =
        !store.list(folder, "", 1).entries().isEmpty()
            && store.list(ObjectKeys.REPOSITORY, "", 1).entries().isEmpty();
    if (lost) {
      throw new Refused(
          Refused.Reason.REPOSITORY_EXISTS,
          "There is no "
              + ObjectKeys.REPOSITORY
              + " in "
              + store.location()
              + ", but "
              + folder
              + " holds objects: a repository has lost it. Put it back from a copy of the bucket,"
              + " or choose another prefix.");
    }
  }

  /// Opens the repository of a prefix. One request.
  ///
  /// @throws Refused when there is none
  /// @throws StoreException.FormatTooNew when a newer Tidemark made it
  public static Repository open(ObjectStore store, Journal.Writer writer) {
    byte[] bytes;
    try {
      bytes = store.get(ObjectKeys.REPOSITORY);
    } catch (StoreException.Missing e) {
      Refused refused =
          new Refused(
              Refused.Reason.NO_REPOSITORY,
              "There is no repository in "
                  + store.location()
                  + ". Check the address, or make one: tidemark repository init");
      refused.addSuppressed(e);
      throw refused;
    }
    try {
      return new Repository(store, writer, RepositoryInfoCodec.decode(bytes), _ -> {});
    } catch (MalformedException e) {
      throw e.at(ObjectKeys.REPOSITORY, "in " + store.location(), Remedy.RESTORE_OBJECT);
    }
  }

  /// The same repository, in which that one is the actor of all that is changed.
  public Repository actingAs(String actor) {
    return new Repository(store, writer.actingAs(actor), info, bell);
  }

  /// The same repository, asked through another view of its store, such as one that counts.
  public Repository through(ObjectStore view, Journal.Writer asWriter) {
    return new Repository(view, asWriter, info, bell);
  }

  /// The same repository, which calls `other` with the host of every request that is left for one.
  ///
  /// @param other returns at once and fails never: whoever asked waits for it
  public Repository ringing(Consumer<Host> other) {
    return new Repository(store, writer, info, other);
  }

  /// Tells that something waits for a host; its marker is in the inbox already.
  public void ring(Host host) {
    bell.accept(host);
  }

  public RepositoryInfo info() {
    return info;
  }

  public ObjectStore store() {
    return store;
  }

  public Journal.Writer writer() {
    return writer;
  }

  /// The journal of what belongs to no single volume.
  public Journal<RepositoryEvent, RepositoryState> journal() {
    return new Journal<>(
        store,
        ObjectKeys.REPOSITORY_JOURNAL,
        new RepositoryFold(),
        new RepositoryBodyCodec(),
        writer,
        new Journal.Observer<>() {
          @Override
          public void read(Reading<RepositoryEvent, RepositoryState> reading) {
            limits.set(reading.state().quotas());
          }

          @Override
          public void appended(
              Reading<RepositoryEvent, RepositoryState> before,
              long number,
              RepositoryEvent event,
              RepositoryState after) {
            limits.set(after.quotas());
          }
        });
  }

  /// The limits as last read: by whoever looked up a volume's name, else now.
  public Quotas quotas() {
    Quotas read = limits.get();
    return read != null ? read : journal().read().state().quotas();
  }

  /// The journal of one volume.
  public Journal<VolumeEvent, VolumeState> journal(VolumeId volume) {
    return new Journal<>(
        store,
        ObjectKeys.journal(volume),
        new VolumeFold(),
        new VolumeBodyCodec(),
        writer,
        new IndexWriter(store, writer, volume));
  }
}
