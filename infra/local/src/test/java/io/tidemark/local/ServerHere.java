package io.tidemark.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A server in this process, which is there at once: for tests that never end it.
final class ServerHere implements StoreServer {
  private final LocalServer server;

  private ServerHere(LocalServer server) {
    this.server = server;
  }

  static ServerHere start(Path folder) throws IOException {
    return new ServerHere(
        LocalServer.start(LocalData.open(folder, RandomGenerator.getDefault()), 0));
  }

  @Override
  public Map<String, String> environment() {
    return server.environment();
  }

  @Override
  public Path objects() {
    return StoreServer.objects(server.folder());
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
