package io.tidemark.local;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// `tidemark agent run` in this process, from the moment the repository is there.
final class LocalAgent implements AutoCloseable {
  /// The agent ends what it can within its own time, which is shorter.
  private static final Duration LONGEST_END = Duration.ofMinutes(1);

  private final Thread thread;

  private LocalAgent(Thread thread) {
    this.thread = thread;
  }

  /// @param environment with the variables that lead to the repository
  /// @param store of the repository, which may not be made yet
  static LocalAgent start(CommandEnvironment environment, ObjectStore store, Path configuration) {
    return new LocalAgent(
        Thread.ofPlatform()
            .daemon()
            .name("tidemark-agent")
            .start(() -> run(environment, store, configuration)));
  }

  private static void run(CommandEnvironment environment, ObjectStore store, Path configuration) {
    try {
      while (!isMade(store)) {
        TimeUnit.SECONDS.sleep(1);
      }
      int _ =
          Tidemark.run(
              environment.withOut(OutputStream.nullOutputStream()),
              "agent",
              "run",
              "--config",
              configuration.toString());
    } catch (InterruptedException _) {
      // Nothing was begun.
    }
  }

  private static boolean isMade(ObjectStore store) {
    try {
      return !store.list(ObjectKeys.REPOSITORY, "", 1).entries().isEmpty();
    } catch (StoreException.Unavailable e) {
      // It may come back.
      return false;
    }
  }

  /// Lets the agent end in order.
  @Override
  public void close() {
    thread.interrupt();
    try {
      boolean _ = thread.join(LONGEST_END);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
