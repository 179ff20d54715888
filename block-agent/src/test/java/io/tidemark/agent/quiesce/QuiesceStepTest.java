package io.tidemark.agent.quiesce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.quiesce.QuiesceStep.Otherwise;
import io.tidemark.agent.quiesce.QuiesceStep.What;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuiesceStepTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sync",
        "sync?timeout=2m",
        "fs:/srv/db",
        "fs:/srv/a place?timeout=500ms&otherwise=crash",
        "mysql",
        "mysql:/etc/tidemark/mysql.cnf?otherwise=crash",
        "postgresql",
        "postgresql:/etc/tidemark/pg_service.conf",
        "redis:/etc/tidemark/redis?timeout=30s",
        "guest:/run/qga.sock",
        "command:/usr/local/sbin/hook"
      })
  void readsBackWhatItWrites(String text) {
    assertThat(QuiesceStep.parse(text).text()).isEqualTo(text);
  }

  @Test
  void knowsWhatIsMeant() {
    assertThat(QuiesceStep.parse("mariadb?timeout=5s&otherwise=crash"))
        .isEqualTo(
            new QuiesceStep(
                new What.MySql(Optional.empty()), Duration.ofSeconds(5), Otherwise.CRASH));
    assertThat(QuiesceStep.parse("fs:/srv/x/../db/"))
        .isEqualTo(QuiesceStep.freezing(Path.of("/srv/db")));
    assertThat(QuiesceStep.parse("sync").timeout()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "freeze",
        "sync:/srv",
        "fs",
        "fs:",
        "fs:srv/db",
        "fs:/srv\n/db",
        "guest",
        "command",
        "mysql:relative",
        "mysql?timeout=5",
        "mysql?timeout=1ms",
        "mysql?timeout=1h",
        "mysql?otherwise=live",
        "mysql?otherwise=crash&otherwise=crash",
        "mysql?speed=5"
      })
  void refusesEverythingElseAndSaysWhatIsWanted(String text) {
    assertThatThrownBy(() -> QuiesceStep.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no step")
        .hasMessageContaining("Wanted: sync, fs:PATH");
  }
}
