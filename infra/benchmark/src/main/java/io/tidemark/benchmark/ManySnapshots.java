package io.tidemark.benchmark;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import io.tidemark.repository.volume.Volumes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Fills the repository that the environment leads to, as production code does: the first snapshot
/// of each volume by the command, all others by sessions that find nothing changed.
final class ManySnapshots {
  private static final int WRITERS = 8;
  private static final int IMAGE_BYTES = 1 << 20;

  private final CommandEnvironment environment = CommandEnvironment.ofThisProcess();
  private final Repository repository;
  private final Path folder;

  private ManySnapshots(S3ObjectStore store, Path folder) {
    SecureRandom random = new SecureRandom();
    Backoff backoff =
        new JitteredBackoff(
            random, Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofMinutes(1));
    this.folder = folder;
    repository =
        Repository.open(
            store,
            new Journal.Writer(
                "benchmark",
                InstantSource.system(),
                random,
                new SettledCreate(store, backoff),
                backoff));
  }

  /// `ManySnapshots FOLDER VOLUMES SNAPSHOTS`.
  public static void main(String[] arguments) throws Exception {
    int volumes = Integer.parseInt(arguments[1]);
    int each = Integer.parseInt(arguments[2]) / volumes;
    String address = System.getenv("TIDEMARK_REPOSITORY");
    if (address == null || each < 1) {
      throw new IllegalArgumentException(
          "Set TIDEMARK_REPOSITORY, and ask for at least one snapshot a volume");
    }
    try (S3ObjectStore store =
            S3ObjectStore.open(
                S3Settings.fromEnvironment(S3Location.parse(address), System.getenv()));
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      ManySnapshots many = new ManySnapshots(store, Path.of(arguments[0]));
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < volumes; i++) {
        String name = "v" + i;
        many.first(name);
        tasks.add(() -> many.others(name, each - 1));
      }
      int written = volumes;
      for (Future<Integer> task : writers.invokeAll(tasks)) {
        written += task.get();
      }
      System.out.println(written + " snapshots of " + volumes + " volumes");
    }
  }

  private void first(String name) throws Exception {
    Path image = folder.resolve(name + ".raw");
    byte[] bytes = new byte[IMAGE_BYTES];
    repository.writer().random().nextBytes(bytes);
    Files.write(image, bytes);
    run("volume", "add", name, image.toString());
    run("snapshot", "create", name);
  }

  private void run(String... line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = Tidemark.run(environment.withOut(out), line);
    if (status != 0) {
      throw new IllegalStateException(
          String.join(" ", line) + ": " + out.toString(StandardCharsets.UTF_8));
    }
  }

  private int others(String name, int count) {
    NamedVolume volume = new Volumes(repository).find(name);
    for (int i = 0; i < count; i++) {
      Instant now = repository.writer().clock().instant();
      SnapshotSession session =
          SnapshotSession.begin(
              repository,
              new NewSnapshot(
                  volume.id(),
                  new Label("s" + i, new TreeMap<>(), Optional.empty()),
                  Origin.MANUAL,
                  now,
                  volume.host()),
              SnapshotSession.ParentChoice.newest());
      Entry _ =
          session.commit(
              new Written.Unchanged(),
              new SnapshotFacts(now, Consistency.IDLE, IMAGE_BYTES, 0, 0, 0, 0, 0));
    }
    return count;
  }
}
