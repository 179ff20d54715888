package io.tidemark.agent.qemu;

import io.tidemark.agent.quiesce.Stillness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Takes an instant, says so, and then does nothing until it is killed.
final class DyingProcess {
  private DyingProcess() {}

  /// @param arguments monitor, scratch folder, NBD socket, digits of the volume, node
  public static void main(String[] arguments) throws IOException {
    QemuInstant instant =
        QemuInstant.take(
            new QemuInstant.Place(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Optional.of(arguments[2]).filter(text -> !text.isEmpty()).map(Path::of)),
            List.of(
                new QemuInstant.Wanted(
                    new QemuNames(arguments[3], "0000dead"), arguments[4], Optional.empty())),
            Stillness.NONE);
    System.out.println("taken at " + instant.at());
    int _ = System.in.read();
  }
}
