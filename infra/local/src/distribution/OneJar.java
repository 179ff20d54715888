import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Packs this JVM's class path into one jar, run by the build as a single source file: `java -cp
/// CLASSES:JARS OneJar.java FOLDER VERSION` makes `FOLDER/lib/tidemark.jar`.
///
/// A command starts in a fraction of the time from one jar: whenever a library asks for a class
/// that is not there, the JVM opens every jar of the class path to make sure. Service files are
/// merged; two different files of one name stop the build; licences and notices go, jar by jar, to
/// `FOLDER/legal`, this machine's zstd library to `FOLDER/lib`, from where it loads without being
/// unpacked into a temporary file at every start.
///
/// Class files older than version 50 are written anew as version 52 with stack maps, and nothing
/// else changed: the JVM's start-up cache takes no older ones, and picocli's are.
final class OneJar {
  private static final int OLDEST_CACHEABLE = ClassFile.JAVA_6_VERSION;
  private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private final Map<String, byte[]> entries = new TreeMap<>();
  private final Map<String, String> origins = new TreeMap<>();
  private final Path folder;

  private OneJar(Path folder) {
    this.folder = folder;
  }

  static void main(String[] arguments) throws IOException {
    OneJar jar = new OneJar(Path.of(arguments[0]));
    for (String part : System.getProperty("java.class.path").split(":")) {
      jar.add(Path.of(part));
    }
    jar.write(arguments[1]);
  }

  private void add(Path part) throws IOException {
    if (Files.isDirectory(part)) {
      try (Stream<Path> files = Files.walk(part).filter(Files::isRegularFile)) {
        for (Path file : files.toList()) {
          add("this module", part.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
    } else {
      String name = part.getFileName().toString();
      try (ZipFile zip = new ZipFile(part.toFile())) {
        for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
          try (InputStream in = zip.getInputStream(entry)) {
            add(name, entry.getName(), in.readAllBytes());
          }
        }
      }
    }
  }

  private void add(String origin, String name, byte[] bytes) throws IOException {
    if (name.matches("META-INF/(.+[-.])?(LICENSE|NOTICE)([-.].*)?")) {
      save(
          "legal/" + origin.replace(".jar", "") + "/" + name.substring("META-INF/".length()),
          bytes);
    } else if (name.matches("\\w+/\\w+/libzstd-jni-.*")) {
      if (name.startsWith("linux/" + System.getProperty("os.arch") + "/")) {
        save("lib/libzstd-jni.so", bytes);
      }
    } else if (isNeeded(name)) {
      byte[] other = entries.get(name);
      if (other == null || isJoined(name)) {
        byte[] joined = other == null ? bytes : join(other, bytes);
        entries.put(name, name.endsWith(".class") ? withStackMaps(joined) : joined);
        origins.put(name, origin);
      } else if (!Arrays.equals(other, bytes)) {
        throw new IOException(
            name
                + " differs between "
                + origins.get(name)
                + " and "
                + origin
                + ": exclude one of them in infra/local/pom.xml, or say in OneJar how to join"
                + " them");
      }
    }
  }

  /// Whether anything reads this at run time.
  private static boolean isNeeded(String name) {
    boolean dropped =
        name.matches("(META-INF/versions/\\d+/)?module-info.class")
            || name.matches("META-INF/(maven|native-image|proguard)/.*")
            || name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC|kotlin_module|adoc)")
            || name.endsWith(".java")
            || name.startsWith("META-INF/resources/webjars/") && !name.endsWith("/htmx.min.js")
            || Set.of(
                    "META-INF/MANIFEST.MF",
                    "META-INF/INDEX.LIST",
                    "META-INF/DEPENDENCIES",
                    "META-INF/spring-configuration-metadata.json")
                .contains(name);
    return !dropped;
  }

  private static boolean isJoined(String name) {
    return name.matches("META-INF/services/[^/]+")
        || name.equals("META-INF/io.netty.versions.properties");
  }

  private static byte[] join(byte[] one, byte[] other) {
    return (new String(one, UTF_8).stripTrailing() + "\n" + new String(other, UTF_8))
        .getBytes(UTF_8);
  }

  private static byte[] withStackMaps(byte[] bytes) {
    if ((bytes[6] << 8 | bytes[7] & 0xFF) >= OLDEST_CACHEABLE) {
      return bytes;
    }
    // The class path of this JVM holds every class that a stack map may have to look up.
    ClassFile files =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(ClassLoader.getSystemClassLoader())
                    .orElse(ClassHierarchyResolver.defaultResolver())
                    .cached()));
    ClassModel old = files.parse(bytes);
    ClassTransform everyMethodAnew =
        ClassTransform.transformingMethodBodies((code, element) -> code.with(element));
    return files.build(
        old.thisClass().asSymbol(),
        fresh -> {
          fresh.withVersion(ClassFile.JAVA_8_VERSION, 0);
          fresh.transform(
              old,
              ClassTransform.dropping(ClassFileVersion.class::isInstance).andThen(everyMethodAnew));
        });
  }

  private void save(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private void write(String version) throws IOException {
    Path out = folder.resolve("lib/tidemark.jar");
    Path temporary = folder.resolve("lib/tidemark.jar.new");
    Files.createDirectories(out.getParent());
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 20))) {
      put(
          zip,
          "META-INF/MANIFEST.MF",
          ("Manifest-Version: 1.0\nMulti-Release: true\nImplementation-Title: Tidemark\n"
                  + "Implementation-Version: "
                  + version
                  + "\n")
              .getBytes(UTF_8));
      // Micronaut finds its beans by listing folders, so these need entries of their own.
      Set<String> folders = new TreeSet<>();
      for (String name : entries.keySet()) {
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
          folders.add(name.substring(0, slash + 1));
        }
      }
      for (String folder : folders) {
        put(zip, folder, new byte[0]);
      }
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
    Files.move(temporary, out, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(ENTRY_TIME);
    // Unpacking would cost more at every start than reading does, and packing more in every build.
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
