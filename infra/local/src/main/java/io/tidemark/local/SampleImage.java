package io.tidemark.local;

import io.tidemark.local.SampleBlocks.Found;
import io.tidemark.local.SampleBlocks.Kind;
import io.tidemark.local.SampleBlocks.Region;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// A disk image that is the same every time, with an ext4 file system where that can be made, and a
/// busy day on it. Nothing is mounted: what is overwritten is found by its marks and is the content
/// of files, so that the file system stays sound.
///
/// @param withoutFileSystem why there is none in it, when there is none
record SampleImage(Path path, Optional<String> withoutFileSystem) {
  /// Of the contiguous region that is overwritten, at least.
  static final long CONTIGUOUS_BYTES = 64L << 20;

  private static final long MIB_BYTES = 1 << 20;
  private static final int TEXT_FILES = 24;
  private static final int TEXT_FILE_MIB = 4;
  private static final int SMALL_FILES = 1_000;
  private static final int LARGEST_SMALL_BYTES = 16_000;
  private static final int SMALL_MIB = 32;
  private static final int SCATTERED_BLOCKS = 200;

  /// Above the numbers of all blocks that an image is made of.
  private static final long OVERWRITTEN = 1L << 40;

  private static final long OVERWRITTEN_AGAIN = 1L << 41;

  /// What was overwritten.
  ///
  /// @param contentBytes of what did not compress, in one region or few
  /// @param contiguousBytes the longest of these regions
  record Overwritten(int scatteredBlocks, long contentBytes, long contiguousBytes) {}

  /// Makes `folder/disk.img`.
  ///
  /// @param incompressibleMib length of the file that does not compress
  static SampleImage make(Path folder, int incompressibleMib) throws IOException {
    return make(folder, incompressibleMib, programFolders());
  }

  /// @param programs the folders where mkfs.ext4 is looked for
  static SampleImage make(Path folder, int incompressibleMib, List<Path> programs)
      throws IOException {
    Path image = folder.resolve("disk.img");
    Optional<Path> mkfs =
        programs.stream()
            .map(program -> program.resolve("mkfs.ext4"))
            .filter(Files::isExecutable)
            .findFirst();
    Optional<String> failed =
        mkfs.isPresent()
            ? makeFileSystem(mkfs.get(), folder.resolve("files"), image, incompressibleMib)
            : Optional.of("there is no mkfs.ext4 here");
    if (failed.isPresent()) {
      Files.deleteIfExists(image);
      makePlain(image, incompressibleMib);
    }
    return new SampleImage(image, failed);
  }

  /// What [#make] needs on the disk.
  static long neededBytes(int incompressibleMib) {
    // Once as files and once in the image.
    return 2L * (incompressibleMib + TEXT_FILES * TEXT_FILE_MIB + SMALL_MIB) * MIB_BYTES;
  }

  /// Overwrites scattered blocks of text, and all that does not compress, in place.
  Overwritten overwrite() throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Found found = SampleBlocks.find(channel);
      if (found.longestBytes() < CONTIGUOUS_BYTES) {
        throw new IOException(
            path
                + ": mkfs.ext4 has spread the data that does not compress; the longest region has "
                + found.longestBytes()
                + " bytes, and "
                + CONTIGUOUS_BYTES
                + " are wanted");
      }
      for (long offset : some(found.texts())) {
        SampleBlocks.write(channel, offset, Kind.TEXT, OVERWRITTEN + offset, 1);
      }
      for (Region region : found.incompressible()) {
        SampleBlocks.write(
            channel,
            region.offsetBytes(),
            Kind.INCOMPRESSIBLE,
            OVERWRITTEN + region.offsetBytes(),
            region.lengthBytes() / SampleBlocks.BLOCK_BYTES);
      }
      return new Overwritten(SCATTERED_BLOCKS, found.incompressibleBytes(), found.longestBytes());
    }
  }

  /// Overwrites the scattered blocks of text once more.
  ///
  /// @return how many
  int overwriteAgain() throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (long offset : some(SampleBlocks.find(channel).texts())) {
        SampleBlocks.write(channel, offset, Kind.TEXT, OVERWRITTEN_AGAIN + offset, 1);
      }
      return SCATTERED_BLOCKS;
    }
  }

  private static List<Long> some(List<Long> offsets) {
    RandomGenerator random = new SplittableRandom(SCATTERED_BLOCKS);
    List<Long> left = new ArrayList<>(offsets);
    List<Long> chosen = new ArrayList<>();
    while (chosen.size() < SCATTERED_BLOCKS) {
      int at = random.nextInt(left.size());
      chosen.add(left.set(at, left.getLast()));
      left.removeLast();
    }
    return chosen;
  }

  /// Why it failed, if it did.
  private static Optional<String> makeFileSystem(
      Path mkfs, Path files, Path image, int incompressibleMib) throws IOException {
    writeFiles(files, incompressibleMib);
    createSparse(image, incompressibleMib).close();
    Process process =
        new ProcessBuilder(
                mkfs.toString(),
                "-q",
                "-F",
                "-b",
                Integer.toString(SampleBlocks.BLOCK_BYTES),
                "-L",
                "quickstart",
                "-U",
                "74696465-6d61-726b-8000-000000000001",
                "-d",
                files.toString(),
                image.toString())
            .redirectErrorStream(true)
            .start();
    String said;
    try (InputStream output = process.getInputStream()) {
      said = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
    int status = process.onExit().join().exitValue();
    Folders.deleteAll(files);
    return status == 0
        ? Optional.empty()
        : Optional.of("mkfs.ext4 ended with " + status + ": " + said);
  }

  private static void writeFiles(Path files, int incompressibleMib) throws IOException {
    Path texts = Files.createDirectories(files.resolve("texts"));
    for (int i = 0; i < TEXT_FILES; i++) {
      writeFile(texts.resolve("log-" + i + ".txt"), Kind.TEXT, i, TEXT_FILE_MIB);
    }
    Path small = Files.createDirectories(files.resolve("small"));
    SplittableRandom random = new SplittableRandom(SMALL_FILES);
    for (int i = 0; i < SMALL_FILES; i++) {
      Files.write(
          small.resolve("note-" + i + ".txt"),
          SampleBlocks.text(i, random.nextInt(1, LARGEST_SMALL_BYTES)));
    }
    writeFile(files.resolve("ledger.bin"), Kind.INCOMPRESSIBLE, TEXT_FILES, incompressibleMib);
  }

  private static void writeFile(Path file, Kind kind, int number, int mib) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeContent(channel, 0, kind, number, mib);
    }
  }

  /// The same contents in plain places.
  private static void makePlain(Path image, int incompressibleMib) throws IOException {
    try (FileChannel channel = createSparse(image, incompressibleMib)) {
      long at = MIB_BYTES;
      for (int i = 0; i < TEXT_FILES; i++) {
        writeContent(channel, at, Kind.TEXT, i, TEXT_FILE_MIB);
        at += (TEXT_FILE_MIB + 1) * MIB_BYTES;
      }
      writeContent(channel, at, Kind.INCOMPRESSIBLE, TEXT_FILES, incompressibleMib);
    }
  }

  private static void writeContent(
      FileChannel channel, long offsetBytes, Kind kind, int number, int mib) throws IOException {
    SampleBlocks.write(
        channel, offsetBytes, kind, (long) number << 32, (long) mib * SampleBlocks.BLOCKS_PER_MIB);
  }

  private static FileChannel createSparse(Path image, int incompressibleMib) throws IOException {
    long sizeBytes = 2L * (incompressibleMib + 2 * TEXT_FILES * TEXT_FILE_MIB) * MIB_BYTES;
    FileChannel channel =
        FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
    return channel;
  }

  /// Those of the system too, for they are not on everybody's path.
  private static List<Path> programFolders() {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
            Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
        .map(Path::of)
        .toList();
  }
}
