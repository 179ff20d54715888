package io.tidemark.agent.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.AssertionFailedError;

/// A server program that runs until closed.
public final class Served implements AutoCloseable {
  private static final int TRIES = 1500;

  private final Process process;

  private Served(Process process) {
    this.process = process;
  }

  /// Returns once something listens at the address.
  ///
  /// @param log gets what it says
  public static Served start(Path log, SocketAddress address, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
    Process process = builder.start();
    process.getOutputStream().close();
    for (int i = 0; i < TRIES; i++) {
      try (SocketChannel _ = SocketChannel.open(address)) {
        return new Served(process);
      } catch (IOException _) {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    process.destroyForcibly().waitFor();
    throw new AssertionFailedError(String.join(" ", command) + ": " + Files.readString(log));
  }

  /// Ends it as a power cut would.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
    process.destroyForcibly().onExit().join();
  }
}
