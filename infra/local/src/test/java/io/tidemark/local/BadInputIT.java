package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What people type by mistake: it changes nothing, and says so.
class BadInputIT {
  @TempDir static Path folder;

  private static StoreServer server;
  private static Cli cli;
  private static Path image;

  @BeforeAll
  static void start() throws Exception {
    server = ServerHere.start(folder.resolve("store"));
    cli = new Cli(server.environment(), folder.resolve("state")).here();
    cli.initialise();
    image = Files.write(folder.resolve("disk.img"), new byte[] {1, 2, 3});
    cli.json("volume", "add", "disk", image.toString());
    cli.json("snapshot", "create", "disk");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "..",
        "a/b",
        "a b",
        "tab\tname",
        "esc\u001b[31m",
        "@latest",
        "über",
        "vol-0123456789abcdef0",
        "0123456789012345678901234567890123456789012345678901234567890123"
      })
  void refusesNamesOfVolumesThatAreNone(String name) throws Exception {
    Cli.Outcome outcome = cli.failure(2, "USAGE", "volume", "add", "--", name, image.toString());
    assertThat(outcome.message()).doesNotContain("\u001b");
    assertThat(cli.json("volume", "list")).hasSize(1);
  }

  @Test
  void refusesNamesOfSnapshotsThatAreNone() throws Exception {
    for (String name : new String[] {"x".repeat(300), "bell\u0007", " blank", "two\nlines"}) {
      cli.failure(2, "USAGE", "snapshot", "create", "disk", "--name", name);
      cli.failure(2, "USAGE", "snapshot", "rename", "disk@latest", name);
    }
    cli.failure(2, "USAGE", "snapshot", "create", "disk", "--tag", "no equals sign");
    assertThat(cli.json("snapshot", "list")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"snap-xyz", "snap-0123456789ABCDEF0", "../x", "disk@", "a@b@c", " "})
  void tellsAMalformedSnapshotFromAnUnknownOne(String text) throws Exception {
    int status = cli.run("snapshot", "show", "--json", text).status();
    assertThat(status).isIn(2, 3);
    Cli.Outcome deleted = cli.run("snapshot", "delete", "--json", "--now", text);
    assertThat(deleted.status()).isEqualTo(status);
    assertThat(cli.json("snapshot", "list")).hasSize(1);
  }

  @Test
  void refusesWhatIsNoVolume() throws Exception {
    cli.failure(3, "SOURCE_NOT_A_VOLUME", "volume", "add", "x", folder.toString());
    cli.failure(3, "SOURCE_NOT_A_VOLUME", "volume", "add", "x", "/dev/null");
    cli.failure(3, "SOURCE_NOT_FOUND", "volume", "add", "x", folder.resolve("none").toString());
    cli.failure(2, "USAGE", "volume", "add", "x", image.toString(), "--chunk-size", "33KiB");
    cli.failure(3, "UNKNOWN_VOLUME", "snapshot", "create", "nowhere");
    assertThat(cli.json("volume", "list")).hasSize(1);
  }

  @Test
  void refusesTargetsThatAreNone() throws Exception {
    cli.failure(3, "TARGET_EXISTS", "snapshot", "restore", "disk@latest", "--to", image.toString());
    Cli.Outcome intoAFolder =
        cli.run("snapshot", "restore", "disk@latest", "--json", "--to", folder.toString());
    assertThat(intoAFolder.status()).as(intoAFolder.out()).isEqualTo(3);
    Cli.Outcome nowhere =
        cli.run(
            "snapshot",
            "restore",
            "disk@latest",
            "--json",
            "--to",
            folder.resolve("none").resolve("x.img").toString());
    assertThat(nowhere.status()).as(nowhere.out()).isEqualTo(3);
    assertThat(Files.readAllBytes(image)).containsExactly(1, 2, 3);
  }

  @Test
  void tellsWrongUsage() throws Exception {
    for (String[] words :
        new String[][] {
          {"snapshots"},
          {"snapshot"},
          {"snapshot", "create"},
          {"snapshot", "create", "disk", "--no-such-option"},
          {"snapshot", "restore", "disk@latest"},
          {"snapshot", "delete"},
          {"local", "--port", "70000"},
          {"local", "--port", "many"}
        }) {
      cli.failure(2, "USAGE", words);
    }
  }

  @Test
  void keepsASecondServerOutOfAFolder() throws Exception {
    Cli.Outcome second =
        cli.failure(
            3, "IN_USE", "local", "--port", "0", "--data", folder.resolve("store").toString());
    assertThat(second.message()).contains("--data");
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    String taken =
        String.valueOf(server.environment().get("AWS_ENDPOINT_URL_S3")).replaceAll(".*:", "");
    Path data = folder.resolve("other store");
    Cli.Outcome outcome =
        cli.failure(3, "IN_USE", "local", "--port", taken, "--data", data.toString());
    assertThat(outcome.message()).contains("Port " + taken, "--port 0");
  }
}
