package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Writers of a Redis wait while it saves everything and the instant is taken. The server lets them
/// go by itself when the time is over.
final class RedisPause implements Holding {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Optional<Path> file;
  private @Nullable RedisOptions options;
  private long endNanos;
  private Rest rest = new Rest.Nothing();

  RedisPause(Optional<Path> file) {
    this.file = file;
  }

  @Override
  public Worth worth() {
    return Worth.APPLICATION;
  }

  @Override
  public boolean keepsWriters() {
    return true;
  }

  @Override
  public Optional<Undo> undo() {
    return Optional.of(new Undo.Unpause(file));
  }

  @Override
  public void check() throws IOException {
    RedisOptions _ = RedisOptions.read(file);
  }

  @Override
  public Rest rest() {
    return rest;
  }

  @Override
  public void begin(Duration timeout, Duration most) throws IOException, InterruptedException {
    RedisOptions known = RedisOptions.read(file);
    options = known;
    long end = System.nanoTime() + timeout.toNanos();
    try (RedisClient client = RedisClient.connect(known, timeout)) {
      // An earlier save does not have what is written now.
      awaitSaved(client, end);
      rest = new Rest.Something();
      endNanos = System.nanoTime() + most.toNanos();
      String _ = client.ask("CLIENT", "PAUSE", String.valueOf(most.toMillis()), "WRITE");
      String _ = client.ask("BGSAVE");
      awaitSaved(client, end);
      if (!info(client, "rdb_last_bgsave_status").equals("ok")) {
        throw new IOException(known + " could not save; its log says why");
      }
    }
  }

  private static void awaitSaved(RedisClient client, long end)
      throws IOException, InterruptedException {
    while (!info(client, "rdb_bgsave_in_progress").equals("0")) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("it was not done saving in time");
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
    }
  }

  private static String info(RedisClient client, String name) throws IOException {
    for (String line : client.ask("INFO", "persistence").split("\r?\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1);
      }
    }
    throw new IOException("it does not tell '" + name + "'");
  }

  @Override
  public void end() throws IOException {
    RedisOptions known = options;
    if (known == null) {
      return;
    }
    boolean late = System.nanoTime() - endNanos > 0;
    try (RedisClient client = RedisClient.connect(known, PreparedUndo.PATIENCE)) {
      String _ = client.ask("CLIENT", "UNPAUSE");
    }
    if (late) {
      throw new IOException("its writers were let go before, for the time was over");
    }
  }
}
