package io.tidemark.agent.daemon.configuration;

import io.tidemark.agent.daemon.configuration.ConfigurationException.Fault;
import io.tidemark.agent.daemon.configuration.YamlNode.Mapping;
import io.tidemark.agent.flow.FullScans;
import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.agent.quantity.TimeSpan;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Reads the configuration file of an agent, a YAML document.
public final class ConfigurationFile {
  /// Where it is looked for when nobody says.
  public static final Path USUAL = Path.of("/etc/tidemark/agent.yaml");

  static final Duration USUAL_STOP = Duration.ofSeconds(30);

  private static final long LARGEST_BYTES = 1 << 20;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final List<String> SETTINGS =
      List.of(
          "repository",
          "endpoint",
          "region",
          "host",
          "state",
          "secrets",
          "volumes",
          "steps",
          "pools",
          "limits",
          "polling",
          "listener",
          "stop-within");

  private final Path file;
  private final List<Fault> faults = new ArrayList<>();

  private ConfigurationFile(Path file) {
    this.file = file;
  }

  /// What the file says.
  ///
  /// @throws ConfigurationException with every fault when there is one
  public static AgentConfiguration read(Path file) throws ConfigurationException {
    ConfigurationFile reader = new ConfigurationFile(file);
    AgentConfiguration configuration = reader.read();
    if (!reader.faults.isEmpty()) {
      throw new ConfigurationException(file, reader.faults);
    }
    return configuration;
  }

  private AgentConfiguration read() throws ConfigurationException {
    Mapping root = new YamlCodec(faults).decode(text());
    if (!faults.isEmpty()) {
      throw new ConfigurationException(file, faults);
    }
    MappingReader settings = new MappingReader(root, "", SETTINGS, faults);
    Optional<Path> secrets = settings.find("secrets", this::path);
    Map<String, String> credentials =
        secrets.isPresent() ? SecretsFile.read(secrets.get()) : Map.of();
    SequencedMap<String, QuiesceStep> steps = steps(settings);
    return new AgentConfiguration(
        settings.find("repository", ConfigurationFile::repository),
        settings.find("endpoint", ConfigurationFile::web),
        settings.find("region", text -> text),
        settings.find("host", ConfigurationFile::name),
        settings.find("state", this::path),
        credentials,
        volumes(settings.list("volumes"), steps),
        steps,
        pools(settings),
        limits(settings.mapping("limits")),
        polling(settings.mapping("polling")),
        listener(settings.mapping("listener")),
        settings
            .find("stop-within", text -> span(text, Duration.ZERO, Duration.ofHours(1)))
            .orElse(USUAL_STOP));
  }

  private String text() throws ConfigurationException {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw refusal("is larger than a MiB; that is no configuration of an agent");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw refusal("there is no such file. Write one, or name another with --config FILE");
    } catch (CharacterCodingException e) {
      throw refusal("is not UTF-8 text");
    } catch (IOException e) {
      throw refusal("cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private ConfigurationException refusal(String what) {
    return new ConfigurationException(file, List.of(new Fault(0, what)));
  }

  private SequencedMap<String, QuiesceStep> steps(MappingReader settings) {
    SequencedMap<String, QuiesceStep> steps =
        new LinkedHashMap<>(settings.entries("steps", QuiesceStep::parse));
    steps.keySet().removeIf(step -> isMalformed("step", step, settings.mapping("steps").line()));
    return steps;
  }

  private List<VolumeSetting> volumes(
      List<Mapping> items, SequencedMap<String, QuiesceStep> steps) {
    List<VolumeSetting> volumes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<SourceAddress> sources = new HashSet<>();
    for (Mapping item : items) {
      MappingReader settings =
          new MappingReader(
              item,
              "an item of volumes",
              List.of(
                  "name",
                  "path",
                  "source",
                  "chunk-size",
                  "tags",
                  "when-in-use",
                  "full-scan-every",
                  "quiesce"),
              faults);
      Optional<VolumeName> name = settings.require("name", ConfigurationFile::volumeName);
      Optional<SourceAddress> source = source(settings);
      Optional<ChunkSize> chunkSize =
          settings.find(
              "chunk-size",
              text -> new ChunkSize((int) Math.min(ByteCount.parse(text), Integer.MAX_VALUE)));
      SortedMap<String, String> tags = new TreeMap<>(settings.entries("tags", text -> text));
      VolumeSetting.WhenInUse whenInUse =
          settings
              .find("when-in-use", ConfigurationFile::whenInUse)
              .orElse(VolumeSetting.WhenInUse.REFUSE);
      FullScans fullScans =
          settings.find("full-scan-every", FullScans::parse).orElse(FullScans.usual());
      Optional<List<QuiesceStep>> quiesce = settings.values("quiesce", text -> step(text, steps));
      if (name.isEmpty() || source.isEmpty()) {
        continue;
      }
      if (!names.add(name.get().text())) {
        faults.add(new Fault(item.line(), "the volume '" + name.get() + "' is given twice"));
      }
      if (!sources.add(source.get())) {
        faults.add(new Fault(item.line(), source.get().text() + " is given to two volumes"));
      }
      volumes.add(
          new VolumeSetting(
              name.get(), source.get(), chunkSize, tags, whenInUse, fullScans, quiesce));
    }
    return volumes;
  }

  /// A `path`, or a `source` of any form.
  private Optional<SourceAddress> source(MappingReader settings) {
    Optional<SourceAddress> source =
        settings.find(
            "source",
            text ->
                SourceAddress.isPath(text)
                    ? new SourceAddress.FileOrDevice(path(text))
                    : SourceAddress.parse(text));
    if (source.isPresent() || settings.has("source")) {
      return source;
    }
    return settings.require("path", this::path).map(SourceAddress.FileOrDevice::new);
  }

  private SortedMap<String, Path> pools(MappingReader settings) {
    SortedMap<String, Path> pools = new TreeMap<>(settings.entries("pools", this::path));
    pools.keySet().removeIf(pool -> isMalformed("pool", pool, settings.mapping("pools").line()));
    return pools;
  }

  private boolean isMalformed(String what, String name, int line) {
    boolean malformed = !NAME.matcher(name).matches();
    if (malformed) {
      faults.add(
          new Fault(
              line, "'" + name + "' is no name of a " + what + "; wanted letters, digits, . _ -"));
    }
    return malformed;
  }

  /// One of those that have names, or one as it is written.
  private static QuiesceStep step(String text, SequencedMap<String, QuiesceStep> steps) {
    QuiesceStep named = steps.get(text);
    return named == null ? QuiesceStep.parse(text) : named;
  }

  private LimitSettings limits(Mapping mapping) {
    MappingReader settings =
        new MappingReader(mapping, "limits", List.of("at-once", "upload", "memory"), faults);
    LimitSettings usual = LimitSettings.USUAL;
    int atOnce =
        settings
            .find("at-once", text -> number(text, 1, LimitSettings.MOST_AT_ONCE))
            .orElse(usual.atOnce());
    OptionalLong upload =
        settings
            .find("upload", text -> bytes(text, 64 << 10))
            .map(OptionalLong::of)
            .orElse(usual.uploadBytesPerSecond());
    long memory =
        settings
            .find("memory", text -> bytes(text, LimitSettings.LEAST_BYTES_EACH))
            .orElse(usual.memoryBytes());
    if (memory < atOnce * LimitSettings.LEAST_BYTES_EACH) {
      faults.add(
          new Fault(
              mapping.line(),
              "limits: "
                  + atOnce
                  + " at once take at least "
                  + ByteCount.text(atOnce * LimitSettings.LEAST_BYTES_EACH)
                  + " of memory, and "
                  + ByteCount.text(memory)
                  + " are allowed; raise 'memory' or lower 'at-once'"));
    }
    return new LimitSettings(atOnce, upload, memory);
  }

  private PollingSettings polling(Mapping mapping) {
    MappingReader settings =
        new MappingReader(mapping, "polling", List.of("least", "most"), faults);
    Duration shortest = Duration.ofMillis(100);
    Duration longest = Duration.ofMinutes(10);
    Duration least =
        settings
            .find("least", text -> span(text, shortest, longest))
            .orElse(PollingSettings.USUAL.least());
    Duration most =
        settings
            .find("most", text -> span(text, shortest, longest))
            .orElse(PollingSettings.USUAL.most());
    if (most.compareTo(least) < 0) {
      faults.add(
          new Fault(
              mapping.line(),
              "polling: 'most' ("
                  + TimeSpan.text(most)
                  + ") is shorter than 'least' ("
                  + TimeSpan.text(least)
                  + ")"));
    }
    return new PollingSettings(least, most);
  }

  private ListenerSettings listener(Mapping mapping) {
    MappingReader settings =
        new MappingReader(mapping, "listener", List.of("port", "wake-up"), faults);
    return new ListenerSettings(
        settings
            .find("port", text -> number(text, 0, 65_535))
            .orElse(ListenerSettings.USUAL.port()),
        settings.find("wake-up", ConfigurationFile::wakeUp));
  }

  private Path path(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("'" + text + "' is no absolute path");
    }
    return path.normalize();
  }

  private static VolumeName volumeName(String text) {
    if (VolumeId.isValid(text)) {
      throw new IllegalArgumentException("'" + text + "' is taken for an id everywhere");
    }
    return new VolumeName(text);
  }

  private static VolumeSetting.WhenInUse whenInUse(String text) {
    return switch (text) {
      case "refuse" -> VolumeSetting.WhenInUse.REFUSE;
      case "take-live" -> VolumeSetting.WhenInUse.TAKE_LIVE;
      case String _ ->
          throw new IllegalArgumentException("'" + text + "' is neither refuse nor take-live");
    };
  }

  private static String repository(String text) {
    if (!text.startsWith("s3://") || text.length() == "s3://".length()) {
      throw new IllegalArgumentException("'" + text + "' (wanted s3://BUCKET/PREFIX)");
    }
    return text;
  }

  private static String web(String text) {
    URI uri = URI.create(text);
    boolean fits =
        uri.getHost() != null && List.of("http", "https").contains(String.valueOf(uri.getScheme()));
    if (!fits || uri.getUserInfo() != null) {
      throw new IllegalArgumentException("wanted http://HOST:PORT or https://HOST, no credentials");
    }
    return text;
  }

  /// What functions call: nothing but `/wake` somewhere.
  private static String wakeUp(String text) {
    URI uri = URI.create(web(text));
    String path = uri.getRawPath();
    boolean fits =
        (path.isEmpty() || path.equals("/") || path.endsWith("/wake"))
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null;
    if (!fits) {
      throw new IllegalArgumentException(
          "'" + text + "' (wanted http://HOST:PORT, or an address that ends with /wake)");
    }
    return text;
  }

  private static String name(String text) {
    if (text.length() > 253 || text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("wanted a name of at most 253 characters, no spaces");
    }
    return text;
  }

  private static int number(String text, int least, int most) {
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' (wanted a number from " + least + " to " + most + ")");
  }

  private static long bytes(String text, long least) {
    long bytes = ByteCount.parse(text);
    if (bytes < least) {
      throw new IllegalArgumentException(
          "'" + text + "' is too little (wanted " + ByteCount.text(least) + " or more)");
    }
    return bytes;
  }

  private static Duration span(String text, Duration least, Duration most) {
    Duration span = TimeSpan.parse(text);
    if (span.compareTo(least) < 0 || span.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "'" + text + "' (wanted " + TimeSpan.text(least) + " to " + TimeSpan.text(most) + ")");
    }
    return span;
  }
}
