package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The command as a process of its own, whose standard output takes nothing.
class StandardOutputTest {
  private static int status(String script, StringBuilder err)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                script,
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Tidemark.class.getName())
            .start();
    err.append(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    return process.waitFor();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"$@\" snapshot list --help >/dev/full",
        "\"$@\" snapshot list --help --json >/dev/full",
        "\"$@\" --version >/dev/full",
        "\"$@\" snapshot list --help >&-"
      })
  void aLostAnswerIsAFailure(String script) throws Exception {
    StringBuilder err = new StringBuilder();
    assertThat(status(script, err)).as(err.toString()).isEqualTo(1);
    assertThat(err.toString()).contains("Standard output could not be written");
  }

  @Test
  void anAnswerThatIsTakenIsNone() throws Exception {
    StringBuilder err = new StringBuilder();
    assertThat(status("\"$@\" snapshot list --help >/dev/null", err)).as(err.toString()).isZero();
  }
}
