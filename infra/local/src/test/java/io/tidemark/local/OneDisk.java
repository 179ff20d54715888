package io.tidemark.local;

import java.nio.file.Path;
import java.util.random.RandomGenerator;

/// A server with a repository in it that has one volume, `disk`, an image of random bytes.
///
/// @param server to be closed by the test
/// @param cli the command, for that repository
record OneDisk(ServerProcess server, Cli cli, Path image) {
  static OneDisk start(Path folder, long imageBytes, RandomGenerator random) throws Exception {
    ServerProcess server = ServerProcess.start(folder.resolve("store"));
    Cli cli = new Cli(server.environment(), folder.resolve("state")).here();
    Path image = Images.random(folder.resolve("disk.img"), imageBytes, random);
    cli.prepare("repository", "init");
    cli.prepare("volume", "add", "disk", image.toString());
    return new OneDisk(server, cli, image);
  }
}
