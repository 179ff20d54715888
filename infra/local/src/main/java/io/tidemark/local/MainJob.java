package io.tidemark.local;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.local.SampleImage.Overwritten;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What Tidemark is for, once through: an image, two snapshots, the first one deleted and
/// collected, the second one restored and compared. Store, functions and agent run in this process;
/// the work is done by the lines that people type and by the functions that programs call.
final class MainJob {
  /// What comes after the last step.
  enum End {
    EXIT,
    STAY
  }

  private static final String VOLUME = "quickstart";
  private static final long MIB_BYTES = 1 << 20;
  private static final int COMPARED_BYTES = 1 << 20;
  private static final int POLL_MILLISECONDS = 200;

  /// Overwritten in each worker's share of the image, so that whatever the number of workers at
  /// least one pack of the first snapshot holds nothing else: less than two may be shared.
  private static final int MIB_PER_WORKER = 32;

  private static final int LEAST_MIB = 136;

  /// Left on the disk after all this.
  private static final long SPARE_BYTES = 64 * MIB_BYTES;

  private final CommandEnvironment process;
  private final Path folder;
  private final Path launcher;
  private final Optional<Path> own;
  private final End end;
  private final Account account;

  /// @param account of what is done
  /// @param folder that everything is written under
  /// @param own the person's image, which is never written to; else one is made
  MainJob(
      CommandEnvironment process,
      Account account,
      Path folder,
      Path launcher,
      Optional<Path> own,
      End end) {
    this.process = process;
    this.folder = folder;
    this.launcher = launcher;
    this.own = own;
    this.end = end;
    this.account = account;
  }

  void run() throws QuickstartFailure, IOException, InterruptedException {
    account.say("Everything that this writes lies under " + folder);
    Files.createDirectories(folder);
    try (LocalServer server = LocalServer.start(clean(), 0)) {
      Map<String, String> variables = new HashMap<>(process.variables());
      variables.putAll(server.environment());
      variables.put("TIDEMARK_STATE", state().toString());
      CommandEnvironment quiet = progressOnly(process.withVariables(variables));
      CommandRunner tidemark = new CommandRunner(quiet);
      tidemark.run("repository", "init");
      account.step(
          "Store",
          server.repository() + " at " + server.endpoint() + ", an S3 server in this process");
      try (LocalServices services = LocalServices.start(server, quiet, 0);
          FunctionsClient functions = new FunctionsClient(services.uri(), services.token())) {
        Stack stack = new Stack(server, services, functions, tidemark);
        if (own.isPresent()) {
          run(stack, own.get());
        } else {
          run(stack);
        }
      }
    }
  }

  /// All that is up meanwhile.
  private record Stack(
      LocalServer server,
      LocalServices services,
      FunctionsClient functions,
      CommandRunner tidemark) {}

  /// On an image made here.
  private void run(Stack stack) throws QuickstartFailure, IOException, InterruptedException {
    int incompressibleMib = Math.max(LEAST_MIB, MIB_PER_WORKER * (process.limits().workers() + 1));
    requireSpace(2 * SampleImage.neededBytes(incompressibleMib) + SPARE_BYTES);
    SampleImage image = SampleImage.make(folder, incompressibleMib);
    account.step("Disk image", described(image));
    JsonNode _ = stack.tidemark().run("volume", "add", VOLUME, image.path().toString());
    JsonNode first = snapshot(stack.tidemark());
    Overwritten overwritten = image.overwrite();
    account.step(
        "Overwrite",
        overwritten.scatteredBlocks()
            + " scattered blocks of 4 KiB, and "
            + ByteCount.text(overwritten.contentBytes())
            + " that do not compress, "
            + ByteCount.text(overwritten.contiguousBytes())
            + " of them in one region");
    JsonNode second = requestedSnapshot(stack.functions(), 2);
    finish(stack, image.path(), Optional.of(image), first, second);
  }

  /// On the person's own.
  private void run(Stack stack, Path volume)
      throws QuickstartFailure, IOException, InterruptedException {
    JsonNode _ = stack.tidemark().run("volume", "add", VOLUME, volume.toString());
    long dataBytes = DataBytes.in(volume);
    account.step(
        "Your image", volume + ", " + ByteCount.text(dataBytes) + " of data; it is only read");
    requireSpace(2 * dataBytes + SPARE_BYTES);
    JsonNode first = snapshot(stack.tidemark());
    JsonNode second = requestedSnapshot(stack.functions(), 2);
    if (second.path("changedBytes").asLong() != 0) {
      throw new QuickstartFailure(
          1, volume + " changed between the two snapshots, though nothing may write to it.");
    }
    finish(stack, volume, Optional.empty(), first, second);
  }

  /// @param made the image, where it was made here and may be changed
  private void finish(
      Stack stack, Path image, Optional<SampleImage> made, JsonNode first, JsonNode second)
      throws QuickstartFailure, IOException, InterruptedException {
    delete(stack, first, second);
    collect(stack.tidemark());
    restore(stack.tidemark(), image, second);
    account.say("Done in " + account.totalSeconds() + ".");
    switch (end) {
      case EXIT -> sayHowToGoOn(stack);
      case STAY -> {
        if (made.isPresent()) {
          // So that the console has two to compare.
          account.step("Overwrite", made.get().overwriteAgain() + " scattered blocks once more");
          JsonNode _ = requestedSnapshot(stack.functions(), 3);
        }
        stay(stack);
      }
    }
  }

  /// By the command.
  private JsonNode snapshot(CommandRunner tidemark) throws QuickstartFailure {
    JsonNode made = tidemark.run("snapshot", "create", VOLUME, "--name", "number-1");
    account.step("Snapshot 1", described(made));
    return made;
  }

  /// By a request to the functions, which the agent serves.
  private JsonNode requestedSnapshot(FunctionsClient functions, int number)
      throws QuickstartFailure, IOException, InterruptedException {
    String path =
        "/v1/snapshots/"
            + functions
                .post(
                    "/v1/volumes/" + VOLUME + "/snapshots",
                    "quickstart-number-" + number,
                    JsonNodeFactory.instance.objectNode().put("name", "number-" + number))
                .path("id")
                .asString();
    JsonNode shown = functions.get(path);
    while (!shown.path("state").asString().equals("READY")) {
      if (shown.path("state").asString().equals("FAILED")) {
        throw new QuickstartFailure(
            1, "Snapshot " + number + " failed: " + shown.path("reason").asString());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
      shown = functions.get(path);
    }
    account.step("Snapshot " + number, "over HTTP, made by the agent: " + described(shown));
    return shown;
  }

  private static String described(JsonNode made) {
    return made.path("id").asString()
        + ": read "
        + bytes(made, "readBytes")
        + ", "
        + bytes(made, "changedBytes")
        + " changed, sent "
        + bytes(made, "sentBytes")
        + " in "
        + made.path("requests").asLong()
        + " requests";
  }

  private void delete(Stack stack, JsonNode first, JsonNode second)
      throws QuickstartFailure, IOException, InterruptedException {
    String firstId = first.path("id").asString();
    String secondId = second.path("id").asString();
    requireListed(stack.functions(), List.of(secondId, firstId));
    stack.functions().delete("/v1/snapshots/" + firstId + "?now=true");
    requireListed(stack.functions(), List.of(secondId));
    account.step(
        "Functions",
        "at " + stack.services().uri() + ": listed both, deleted " + firstId + " past the trash");
  }

  private static void requireListed(FunctionsClient functions, List<String> wanted)
      throws QuickstartFailure, IOException, InterruptedException {
    JsonNode page = functions.get("/v1/snapshots?volume=" + VOLUME);
    List<String> ids = page.path("snapshots").findValuesAsString("id");
    if (!ids.equals(wanted)) {
      throw new QuickstartFailure(1, "The function lists " + ids + ", not " + wanted + ".");
    }
  }

  private void collect(CommandRunner tidemark) throws QuickstartFailure {
    JsonNode collected = tidemark.run("collect", VOLUME);
    if (own.isEmpty() && collected.path("freedBytes").asLong() == 0) {
      throw new QuickstartFailure(
          1, "Nothing was freed, though what only snapshot 1 held was overwritten: " + collected);
    }
    account.step(
        "Collect",
        "freed "
            + bytes(collected, "freedBytes")
            + " in "
            + collected.path("deletedObjects").asLong()
            + " objects, kept "
            + bytes(collected, "keptBytes"));
  }

  private void restore(CommandRunner tidemark, Path image, JsonNode snapshot)
      throws QuickstartFailure, IOException {
    requireSpace(snapshot.path("changedBytes").asLong());
    JsonNode done =
        tidemark.run(
            "snapshot", "restore", snapshot.path("id").asString(), "--to", restored().toString());
    account.step("Restore", "snapshot 2 to " + restored() + ", " + bytes(done, "sizeBytes"));
    requireEqual(image, restored());
    account.step("Compare", "equal to the image, byte for byte");
  }

  private void sayHowToGoOn(Stack stack) {
    LocalServer server = stack.server();
    account.say("");
    account.say("To go on, serve the store again and lead the command to it:");
    account.say("");
    account.say("  export PATH=" + quoted(String.valueOf(launcher.getParent())) + ":$PATH");
    account.say(
        "  tidemark local --data "
            + quoted(server.folder().toString())
            + " --port "
            + server.endpoint().getPort()
            + " --functions-port "
            + stack.services().uri().getPort()
            + " > /dev/null &");
    sayCommands(server);
  }

  private void sayCommands(LocalServer server) {
    account.say("  " + server.exports());
    account.say("  export TIDEMARK_STATE=" + quoted(state().toString()));
    account.say("  tidemark snapshot list");
    account.say("  tidemark snapshot show " + VOLUME + "@latest");
    account.say("  tidemark snapshot verify " + VOLUME + "@latest");
    account.say("  tidemark volume add NAME /PATH/TO/DISK.img && tidemark snapshot create NAME");
  }

  private void stay(Stack stack) throws InterruptedException {
    account.say("");
    account.say("Store, functions and agent stay until Ctrl-C. In another shell:");
    account.say("");
    account.say("  export PATH=" + quoted(String.valueOf(launcher.getParent())) + ":$PATH");
    sayCommands(stack.server());
    account.say(
        "  curl -H 'Authorization: Bearer "
            + stack.services().token()
            + "' "
            + stack.services().uri().resolve("/v1/snapshots?volume=" + VOLUME));
    account.say("");
    account.say("In a browser: " + stack.services().uri().resolve("/console"));
    account.say("Sign in with the token " + stack.services().token());
    new CountDownLatch(1).await();
  }

  /// Takes what an earlier run left away, unless somebody still uses it.
  private LocalData clean() throws IOException {
    LocalData data = LocalData.open(folder.resolve("store"), process.random().get());
    try {
      data.empty();
      for (String left : List.of("disk.img", "files", "state", "restored.img")) {
        Folders.deleteAll(folder.resolve(left));
      }
      return data;
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private void requireSpace(long neededBytes) throws QuickstartFailure, IOException {
    long leftBytes = Files.getFileStore(folder).getUsableSpace();
    if (leftBytes < neededBytes) {
      throw new QuickstartFailure(
          3,
          "It needs "
              + ByteCount.text(neededBytes)
              + " more under "
              + folder
              + ", and that disk has only "
              + ByteCount.text(leftBytes)
              + " left. Make room, or use another folder: mvn -Pquickstart -Dquickstart=DIR");
    }
  }

  private static void requireEqual(Path image, Path restored)
      throws QuickstartFailure, IOException {
    try (FileChannel one = FileChannel.open(image, StandardOpenOption.READ);
        FileChannel other = FileChannel.open(restored, StandardOpenOption.READ)) {
      // Not Files.mismatch, which takes a block device for empty.
      long sizeBytes = one.size();
      if (other.size() != sizeBytes) {
        throw new QuickstartFailure(
            1, restored + " has " + other.size() + " bytes, not " + sizeBytes + ".");
      }
      ByteBuffer a = ByteBuffer.allocateDirect(COMPARED_BYTES);
      ByteBuffer b = ByteBuffer.allocateDirect(COMPARED_BYTES);
      for (long at = 0; at < sizeBytes; at += COMPARED_BYTES) {
        fill(one, at, a);
        fill(other, at, b);
        int mismatch = a.mismatch(b);
        if (mismatch >= 0) {
          throw new QuickstartFailure(
              1, restored + " differs from " + image + " at byte " + (at + mismatch) + ".");
        }
      }
    }
  }

  private static void fill(FileChannel channel, long offsetBytes, ByteBuffer buffer)
      throws IOException {
    buffer.clear();
    int count;
    do {
      count = channel.read(buffer, offsetBytes + buffer.position());
    } while (count >= 0 && buffer.hasRemaining());
    buffer.flip();
  }

  private static CommandEnvironment progressOnly(CommandEnvironment environment) {
    return environment.withErr(new PrintWriter(new ProgressOnly(environment.err())));
  }

  private String described(SampleImage image) throws IOException {
    String size = image.path() + ", " + ByteCount.text(Files.size(image.path()));
    return image
        .withoutFileSystem()
        .map(why -> size + ", without a file system, for " + why)
        .orElse(size + " with an ext4 file system");
  }

  private Path state() {
    return folder.resolve("state");
  }

  private Path restored() {
    return folder.resolve("restored.img");
  }

  private static String bytes(JsonNode document, String member) {
    return ByteCount.text(document.path(member).asLong());
  }

  /// For a shell.
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9._/-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
