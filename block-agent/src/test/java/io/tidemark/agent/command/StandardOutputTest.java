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

  /// Runs a command whose reader has gone before it begins, and says its status in the end.
  private static String unread(String command) {
    return "d=$(mktemp -d) && mkfifo \"$d/gate\" && "
        + "{ read -r go <\"$d/gate\"; \"$@\" "
        + command
        + "; echo $? >&2; } | { exec <&-; echo go >\"$d/gate\"; }; rm -r \"$d\"";
  }

  @Test
  void whoHasReadEnoughHearsNoMore() throws Exception {
    StringBuilder err = new StringBuilder();
    assertThat(status(unread("snapshot list --help"), err)).isZero();
    assertThat(err.toString().strip()).isEqualTo("141");
  }

  @Test
  void aDocumentThatNobodyReadsIsLost() throws Exception {
    StringBuilder err = new StringBuilder();
    assertThat(status(unread("snapshot list --help --json"), err)).isZero();
    assertThat(err.toString()).contains("Standard output could not be written").endsWith("1\n");
  }

  @Test
  void anAnswerThatIsTakenIsNone() throws Exception {
    StringBuilder err = new StringBuilder();
    assertThat(status("\"$@\" snapshot list --help >/dev/null", err)).as(err.toString()).isZero();
  }
}
