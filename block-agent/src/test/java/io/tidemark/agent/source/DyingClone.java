package io.tidemark.agent.source;

import io.tidemark.agent.quiesce.Stillness;
import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/// A process that takes the instant of an image file, says so, and waits to be killed.
final class DyingClone {
  private DyingClone() {}

  static Process start(Path image, Path state, VolumeId volume) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            DyingClone.class.getName(),
            image.toString(),
            state.toString(),
            volume.text())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// @param arguments image, state folder, id of the volume
  public static void main(String[] arguments) throws IOException {
    VolumeView view =
        new Sources(InstantSource.system())
            .open(
                new Opening(
                    new SourceAddress.FileOrDevice(Path.of(arguments[0])),
                    LiveConsent.REFUSE_LIVE,
                    new VolumeId(arguments[2]),
                    Path.of(arguments[1]),
                    Stillness.NONE,
                    System.err::println));
    System.out.println("taken");
    int _ = System.in.read();
    view.close();
  }
}
