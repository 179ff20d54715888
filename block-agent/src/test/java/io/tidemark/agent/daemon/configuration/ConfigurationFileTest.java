package io.tidemark.agent.daemon.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.agent.flow.FullScans;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.repository.chunk.ChunkSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationFileTest {
  @TempDir Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("agent.yaml"), text);
  }

  private ConfigurationException refused(String text) throws IOException {
    Path file = write(text);
    return catchThrowableOfType(ConfigurationException.class, () -> ConfigurationFile.read(file));
  }

  @Test
  void takesAWholeConfiguration() throws Exception {
    Path secrets = Files.writeString(folder.resolve("secrets"), "AWS_ACCESS_KEY_ID = id\n# no\n");
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
    AgentConfiguration read =
        ConfigurationFile.read(
            write(
                """
                repository: s3://bucket/prefix
                endpoint: http://127.0.0.1:9000
                region: eu-1
                host: storage-1
                state: /var/lib/tidemark
                secrets: %s
                volumes:
                  - name: db1
                    path: /srv/images/../db1.raw
                    chunk-size: 64KiB
                    when-in-use: take-live
                    full-scan-every: 50
                    tags: {env: prod, tier: 1}
                    quiesce: [sync, db]
                  - {name: web, path: /dev/vg0/web}
                steps:
                  db: mysql:/etc/my.cnf?timeout=5s
                pools:
                  fast: /srv/fast
                limits:
                  at-once: 3
                  upload: 10MiB
                  memory: 240MiB
                polling:
                  least: 500ms
                  most: 2m
                listener:
                  port: 0
                  wake-up: http://10.0.0.7:9101/wake
                stop-within: 5s
                """
                    .formatted(secrets)));
    assertThat(read.repository()).contains("s3://bucket/prefix");
    assertThat(read.credentials()).isEqualTo(Map.of("AWS_ACCESS_KEY_ID", "id"));
    assertThat(read.toString()).doesNotContain("id,").doesNotContain("AWS");
    VolumeSetting db1 = read.volume("db1").orElseThrow();
    assertThat(db1.source()).isEqualTo(new SourceAddress.FileOrDevice(Path.of("/srv/db1.raw")));
    assertThat(db1.chunkSize()).contains(new ChunkSize(65536));
    assertThat(db1.tags()).isEqualTo(Map.of("env", "prod", "tier", "1"));
    assertThat(db1.whenInUse()).isEqualTo(VolumeSetting.WhenInUse.TAKE_LIVE);
    assertThat(db1.fullScans()).isEqualTo(new FullScans.EachOf(50));
    QuiesceStep step = QuiesceStep.parse("mysql:/etc/my.cnf?timeout=5s");
    assertThat(db1.quiesce()).contains(List.of(QuiesceStep.parse("sync"), step));
    assertThat(read.volume("web").orElseThrow().quiesce()).isEmpty();
    assertThat(read.steps()).isEqualTo(Map.of("db", step));
    assertThat(read.pools()).isEqualTo(Map.of("fast", Path.of("/srv/fast")));
    assertThat(read.limits())
        .isEqualTo(new LimitSettings(3, OptionalLong.of(10 << 20), 240L << 20));
    assertThat(read.polling())
        .isEqualTo(new PollingSettings(Duration.ofMillis(500), Duration.ofMinutes(2)));
    assertThat(read.listener().port()).isZero();
    assertThat(read.stopWithin()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void takesAnEmptyFileForAllThatIsUsual() throws Exception {
    AgentConfiguration read = ConfigurationFile.read(write("# nothing\n"));
    assertThat(read.limits()).isEqualTo(LimitSettings.USUAL);
    assertThat(read.volumes()).isEmpty();
    assertThat(read.listener()).isEqualTo(ListenerSettings.USUAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "repositry: s3://b/p | 1 | is 'repository' meant?",
        "limits:\\n  at_once: 2 | 2 | is 'at-once' meant?",
        "nonsense: 1 | 1 | there is no setting 'nonsense'. Known: ",
        "limits:\\n  at-once: many | 2 | wanted a number from 1 to 64",
        "limits:\\n  at-once: 4\\n  memory: 100MiB | 2 | at least 256.0 MiB",
        "repository: bucket | 1 | s3://BUCKET/PREFIX",
        "endpoint: http://me:secret@x/ | 1 | no credentials",
        "host: a\\nhost: b | 2 | given twice",
        "state: relative/path | 1 | no absolute path",
        "volumes:\\n  - name: db1 | 2 | 'path' is missing",
        "volumes:\\n  - {name: 'a b', path: /x} | 2 | Not a volume name",
        "volumes:\\n  - {name: a, path: /x}\\n  - {name: a, path: /y} | 3 | given twice",
        "volumes:\\n  - {name: a, path: /x}\\n  - {name: b, path: /x} | 3 | two volumes",
        "volumes:\\n  - {name: a, source: 'nbd://x'}\\n  - {name: b} | 3 | 'path' is missing",
        "volumes:\\n  - {name: a, source: 'qemu:/qmp.sock'} | 2 | names no block node",
        "volumes:\\n  - {name: a, path: /x, chunk-size: 33000} | 2 | power of two",
        "volumes:\\n  - {name: a, path: /x, full-scan-every: weekly} | 2 | like 30d",
        "volumes:\\n  - {name: a, path: /x, quiesce: [db]} | 2 | there is no step 'db'",
        "volumes:\\n  - {name: a, path: /x, quiesce: sync} | 2 | wants a list",
        "steps:\\n  db: mysql?timeout=1h | 2 | a timeout is from",
        "steps:\\n  a b: sync | 2 | is no name of a step",
        "volumes: /srv/a.raw | 1 | wants a list",
        "pools:\\n  - /srv | 1 | NAME: VALUE",
        "pools:\\n  fast: srv | 2 | no absolute path",
        "polling:\\n  least: 30 | 2 | one like 500ms",
        "polling:\\n  least: 20s\\n  most: 10s | 2 | is shorter than",
        "listener:\\n  port: 70000 | 2 | 0 to 65535",
        "listener:\\n  wake-up: http://10.0.0.7:9101/metrics | 2 | ends with /wake",
        "listener:\\n  wake-up: http://10.0.0.7:9101/wake?a=b | 2 | ends with /wake",
        "stop-within: | 1 | has no value",
        "a: b: c | 1 | not YAML",
        "- a | 1 | NAME: VALUE",
      })
  void namesTheLineAndWhatIsAllowed(String text, int line, String said) throws Exception {
    ConfigurationException e = refused(text.replace("\\n", "\n"));
    assertThat(e).isNotNull();
    assertThat(e.faults())
        .anySatisfy(
            fault -> {
              assertThat(fault.what()).contains(said);
              assertThat(fault.line()).isEqualTo(line);
            });
    assertThat(e).hasMessageContaining("agent.yaml:" + line + ": ");
  }

  @Test
  void namesEveryFaultAtOnce() throws Exception {
    assertThat(refused("hots: a\nregoin: b\n").faults()).hasSize(2);
  }

  @Test
  void refusesSecretsThatEverybodyMayReadAndNeverQuotesThem() throws Exception {
    Path secrets = Files.writeString(folder.resolve("secrets"), "TOPSECRET\n");
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-r--r--"));
    Path file = write("secrets: " + secrets);
    assertThatThrownBy(() -> ConfigurationFile.read(file)).hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> ConfigurationFile.read(file))
        .hasMessageContaining("secrets:1:")
        .hasMessageContaining("AWS_SECRET_ACCESS_KEY")
        .hasMessageNotContaining("TOPSECRET");
  }

  @Test
  void saysWhereThereIsNoFile() {
    assertThatThrownBy(() -> ConfigurationFile.read(folder.resolve("none")))
        .hasMessageContaining("there is no such file");
  }
}
