package io.tidemark.local;

import java.nio.file.Path;
import java.util.random.RandomGenerator;

/// A server with a repository in it that has one volume, `disk`, an image of random bytes.
///
/// @param server to be closed by the test
/// @param cli the command, for that repository
record OneDisk(StoreServer server, Cli cli, Path image) {
  static OneDisk start(Path folder, long imageBytes, RandomGenerator random) throws Exception {
    StoreServer server = ServerHere.start(folder.resolve("store"));
    Cli cli = new Cli(server.environment(), folder.resolve("state")).here();
    Path image = Images.random(folder.resolve("disk.img"), imageBytes, random);
    cli.initialise();
    cli.prepare("volume", "add", "disk", image.toString());
    return new OneDisk(server, cli, image);
  }
}
