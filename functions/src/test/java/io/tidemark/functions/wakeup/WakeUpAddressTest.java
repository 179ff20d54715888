package io.tidemark.functions.wakeup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WakeUpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.7:9101,http://10.0.0.7:9101/wake",
    "http://10.0.0.7:9101/,http://10.0.0.7:9101/wake",
    "http://10.0.0.7:9101/wake,http://10.0.0.7:9101/wake",
    "https://agents.example/a1/wake,https://agents.example/a1/wake",
    "http://[::1]:9101,http://[::1]:9101/wake",
  })
  void isWhereAnAgentIsWoken(String registered, URI called) {
    assertThat(WakeUpAddress.of(registered)).contains(called);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.7:9101",
        "file:///etc/passwd",
        "ftp://10.0.0.7/wake",
        "gopher://10.0.0.7/wake",
        "http:/wake",
        "http://ann:secret@10.0.0.7/wake",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.7/wake?shutdown=now",
        "http://10.0.0.7/shutdown#/wake",
        "http://10.0.0.7/a b/wake",
        "http://10.0.0.7/wake\r\nX: y",
      })
  void isNothingElse(String registered) {
    assertThat(WakeUpAddress.of(registered)).isEmpty();
  }
}
