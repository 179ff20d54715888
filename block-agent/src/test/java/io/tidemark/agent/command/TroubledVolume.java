package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.agent.source.Extent;
import io.tidemark.agent.source.Opening;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.Sources;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A volume, `web`, in a repository whose store a test may bend.
abstract class TroubledVolume {
  static final int CHUNK_BYTES = 32 << 10;

  @TempDir Path folder;

  final RandomGenerator random = Seeded.random("TroubledVolume");
  final BentStore store = new BentStore(new MemoryObjectStore(() -> CommandLines.NOW));

  CommandLines tidemark;
  Path image;
  byte[] content;

  @BeforeEach
  void makeVolume() throws IOException {
    tidemark = new CommandLines(store, folder.resolve("state"));
    content = new byte[20 * CHUNK_BYTES];
    random.nextBytes(content);
    image = Files.write(folder.resolve("web.img"), content);
    assertThat(tidemark.run("repository", "init").status()).isZero();
    assertThat(tidemark.run("volume", "add", "web", image.toString()).status()).isZero();
  }

  String create() {
    Outcome outcome = tidemark.run("snapshot", "create", "web");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    return outcome.out().strip();
  }

  List<String> packs() {
    return keys("/packs/");
  }

  /// The keys of the volume's objects that have this part in them.
  List<String> keys(String part) {
    return store.list("volumes/", "", 1000).entries().stream()
        .map(Listing.Entry::key)
        .filter(key -> key.contains(part))
        .toList();
  }

  void assertWorksAtOnce() {
    String id = create();
    Path target = folder.resolve("again-" + id);
    assertThat(tidemark.run("snapshot", "restore", id, "--to", target.toString()).status())
        .isZero();
    assertThat(target).hasBinaryContent(content);
    assertThat(tidemark.run("repository", "check").status()).isZero();
  }

  /// As a signal does while a request is under way.
  static void giveUp(String key) {
    Thread.currentThread().interrupt();
    throw new StoreException.Unavailable(key, "Could not read " + key + ".", null);
  }

  Repository repository() {
    Backoff once = () -> () -> false;
    return Repository.open(
        store,
        new Journal.Writer(
            "test", () -> CommandLines.NOW, random, new SettledCreate(store, once), once));
  }

  /// The real view, to be bent.
  static class Watched implements VolumeView {
    private final VolumeView view;

    Watched(Opening opening) throws SourceException {
      view = new Sources(() -> CommandLines.NOW).open(opening);
    }

    @Override
    public long sizeBytes() {
      return view.sizeBytes();
    }

    @Override
    public Consistency consistency() {
      return view.consistency();
    }

    @Override
    public Instant instant() {
      return view.instant();
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) throws SourceException {
      view.read(offsetBytes, into);
    }

    @Override
    public Optional<Extent> nextData(long fromBytes) throws SourceException {
      return view.nextData(fromBytes);
    }

    @Override
    public void confirm() throws SourceException {
      view.confirm();
    }

    @Override
    public List<String> remarks() {
      return view.remarks();
    }

    @Override
    public void close() {
      view.close();
    }
  }
}
