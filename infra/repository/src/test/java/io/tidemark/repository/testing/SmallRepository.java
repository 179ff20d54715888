package io.tidemark.repository.testing;

import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// A repository in memory with one volume, `disk`, and an agent for it. Chance and clock are always
/// the same.
public final class SmallRepository implements AutoCloseable {
  public final StepClock clock = new StepClock();
  public final MemoryObjectStore memory = new MemoryObjectStore(clock);

  /// Over whatever was put before the memory.
  public final ObjectStore store;

  public final Repository repository;
  public final NamedVolume named;
  public final VolumeId volume;
  public final TinyAgent agent;

  public SmallRepository() {
    this(store -> store);
  }

  /// @param decoration put before the store in memory
  public SmallRepository(UnaryOperator<ObjectStore> decoration) {
    store = decoration.apply(memory);
    repository =
        Repository.initialise(
            store, Writers.writer(store, "bench", clock, new SplittableRandom(1)), "here");
    named = add("disk");
    volume = named.id();
    agent = new TinyAgent(repository, TinyAgent.Habit.PLAIN);
  }

  /// One more volume.
  public NamedVolume add(String name) {
    return new Volumes(repository)
        .add(new VolumeName(name), "host", "/" + name + ".img", Image.CHUNK_SIZE);
  }

  /// An image of so many chunks, of which these are not zero.
  public static Image image(String name, int chunks, Map<Long, Integer> contents) {
    return new Image(name, (long) chunks * Image.CHUNK_SIZE.bytes(), new TreeMap<>(contents));
  }

  /// A snapshot, compared with the newest.
  public Entry create(Image image) {
    return agent.create(volume, image, SnapshotSession.ParentChoice.newest());
  }

  public VolumeState state() {
    return repository.journal(volume).read().state();
  }

  /// The keys of all objects under `folder`.
  public List<String> keys(String folder) {
    return memory.list(folder, "", 1000).entries().stream().map(Listing.Entry::key).toList();
  }

  public List<String> packs() {
    return keys(ObjectKeys.packs(volume));
  }

  /// Puts other bytes where an object is.
  public void replace(String key, UnaryOperator<byte[]> change) {
    byte[] bytes = memory.get(key);
    memory.delete(List.of(key));
    memory.createIfAbsent(key, ByteBuffer.wrap(change.apply(bytes)));
  }

  @Override
  public void close() {
    agent.close();
  }
}
