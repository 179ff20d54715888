package io.tidemark.repository.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import io.tidemark.repository.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every rule, broken by a change of one line of the product: the trace of that rule must not end
/// well then. A mutant is compiled in memory against the module's classes and loaded, with the
/// simulation, by a class loader of its own.
class MutantsIT {
  private static final Path SOURCES = Path.of("src/main/java/io/tidemark/repository");

  /// One change of one line.
  ///
  /// @param line with its indentation
  private record Mutant(String name, String file, String line, String replacement, String trace) {}

  @TestFactory
  Stream<DynamicTest> makesItsTraceFail() throws IOException {
    return mutants().stream()
        .map(mutant -> DynamicTest.dynamicTest(mutant.name(), () -> check(mutant)));
  }

  private static void check(Mutant mutant) throws Exception {
    Map<String, byte[]> classes = compile(mutant);
    try (MutantLoader loader = new MutantLoader(classes)) {
      Class<?> traces = loader.loadClass(Trace.class.getName());
      Object trace =
          Stream.of(traces.getEnumConstants())
              .filter(each -> each.toString().equals(mutant.trace()))
              .findFirst()
              .orElseThrow();
      var run = traces.getDeclaredMethod("run");
      run.setAccessible(true);
      Optional<?> wrong = (Optional<?>) run.invoke(trace);
      assertThat(wrong).as("what " + mutant.trace() + " finds wrong").isPresent();
    }
  }

  private static List<Mutant> mutants() throws IOException {
    List<Mutant> mutants = new ArrayList<>();
    Map<String, String> fields = new HashMap<>();
    try (InputStream table =
        Objects.requireNonNull(MutantsIT.class.getResourceAsStream("/simulation/mutants.txt"))) {
      for (String each : new String(table.readAllBytes(), UTF_8).lines().toList()) {
        if (each.isBlank() || each.startsWith("#")) {
          continue;
        }
        int space = each.indexOf(' ');
        fields.put(each.substring(0, space), each.substring(space + 1));
        if (each.startsWith("trace ")) {
          mutants.add(
              new Mutant(
                  field(fields, "mutant"),
                  field(fields, "file"),
                  field(fields, "line"),
                  field(fields, "with"),
                  field(fields, "trace")));
          fields.clear();
        }
      }
    }
    return mutants;
  }

  private static String field(Map<String, String> fields, String name) {
    return Objects.requireNonNull(fields.get(name), "A mutant has no " + name + ": " + fields);
  }

  private static Map<String, byte[]> compile(Mutant mutant) throws IOException {
    List<String> lines = Files.readAllLines(SOURCES.resolve(mutant.file()));
    assertThat(lines.stream().filter(mutant.line()::equals).count())
        .as("times that the line is in " + mutant.file() + ": " + mutant.line())
        .isEqualTo(1);
    String source =
        lines.stream()
            .map(line -> line.equals(mutant.line()) ? mutant.replacement() : line)
            .collect(Collectors.joining("\n"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (Output output = new Output(compiler.getStandardFileManager(null, null, UTF_8))) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  output,
                  null,
                  List.of("-proc:none", "-nowarn", "-cp", classPath()),
                  null,
                  List.of(new Source(mutant.file(), source)))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
      return output.classes();
    }
  }

  /// What the module's classes are compiled against, as far as mutants need it.
  private static String classPath() {
    return Stream.of(
            Repository.class, JsonNode.class, JsonFactory.class, Zstd.class, NullMarked.class)
        .map(MutantsIT::place)
        .distinct()
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(URI.create("string:///io/tidemark/repository/" + file), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /// Keeps what is compiled in memory.
  private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

    Output(JavaFileManager manager) {
      super(manager);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          return written.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
        }
      };
    }

    Map<String, byte[]> classes() {
      return written.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().toByteArray()));
    }
  }

  /// Loads the product and the simulation anew, with the mutant's classes among them.
  private static final class MutantLoader extends ClassLoader implements AutoCloseable {
    private final Map<String, byte[]> mutated;

    MutantLoader(Map<String, byte[]> mutated) {
      super(MutantsIT.class.getClassLoader());
      this.mutated = mutated;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.tidemark.repository.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        byte[] bytes = mutated.get(name);
        if (bytes == null) {
          bytes = original(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
      }
    }

    private byte[] original(String name) throws ClassNotFoundException {
      try (InputStream stream = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (stream == null) {
          throw new ClassNotFoundException(name);
        }
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {}
  }
}
