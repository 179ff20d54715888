package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.CbsSettings;
import io.tidemark.repository.collect.TrashWindow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceSettingsTest {
  private static final String TOKEN = "the-token-of-the-test";

  @Test
  void letsNobodyInUnlessTold() throws Exception {
    assertThat(new ServiceSettings(Map.of()).tokens().isEmpty()).isTrue();
  }

  @Test
  void readsTokensFromAFileAndFromAVariable(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("tokens"), "reader nagios " + TOKEN + "1\n");

    Tokens tokens =
        new ServiceSettings(
                Map.of(
                    "TIDEMARK_TOKENS_FILE",
                    file.toString(),
                    "TIDEMARK_TOKENS",
                    "operator a " + TOKEN + "2;administrator b " + TOKEN + "3"))
            .tokens();

    assertThat(tokens.find(Optional.of("Bearer " + TOKEN + "1")))
        .contains(new Caller("nagios", Role.READER));
    assertThat(tokens.find(Optional.of("Bearer " + TOKEN + "2")))
        .contains(new Caller("a", Role.OPERATOR));
    assertThat(tokens.find(Optional.of("Bearer " + TOKEN + "3")))
        .contains(new Caller("b", Role.ADMINISTRATOR));
  }

  @Test
  void listensOnTheLoopbackAddressUnlessTold() {
    FunctionsServer.Settings usual = new ServiceSettings(Map.of()).server(Tokens.of(Map.of()));
    FunctionsServer.Settings told =
        new ServiceSettings(Map.of("TIDEMARK_LISTEN", "0.0.0.0:80")).server(Tokens.of(Map.of()));

    assertThat(usual.host() + " " + usual.port()).isEqualTo("127.0.0.1 8080");
    assertThat(told.host() + " " + told.port()).isEqualTo("0.0.0.0 80");
  }

  @Test
  void setsTheCbsApi() {
    assertThat(new ServiceSettings(Map.of()).server(Tokens.of(Map.of())).cbs())
        .isEqualTo(CbsSettings.USUAL);
    Map<String, String> told =
        Map.of("TIDEMARK_CBS_TIME_ZONE", "UTC", "TIDEMARK_CBS_HOSTS", "a.example, b.example:8443");
    assertThat(new ServiceSettings(told).server(Tokens.of(Map.of())).cbs())
        .isEqualTo(new CbsSettings(ZoneId.of("UTC"), List.of("a.example", "b.example:8443")));
  }

  @ParameterizedTest
  @CsvSource({
    "TIDEMARK_LISTEN,8080",
    "TIDEMARK_LISTEN,127.0.0.1:65536",
    "TIDEMARK_LISTEN,127.0.0.1:x",
    "TIDEMARK_RATE,0",
    "TIDEMARK_RATE,many",
    "TIDEMARK_TRASH_WINDOW,24",
    "TIDEMARK_CBS_TIME_ZONE,Mars/Olympus",
  })
  void namesTheVariableThatIsWrong(String name, String value) {
    assertThatThrownBy(() -> new ServiceSettings(Map.of(name, value)).server(Tokens.of(Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
  }

  @Test
  void keepsWhatIsDeletedForADayUnlessTold() {
    ServiceSettings told = new ServiceSettings(Map.of("TIDEMARK_TRASH_WINDOW", "7d"));

    assertThat(new ServiceSettings(Map.of()).parts(Tokens.of(Map.of())).trash())
        .isEqualTo(new TrashWindow(Duration.ofHours(24)));
    assertThat(told.parts(Tokens.of(Map.of())).trash())
        .isEqualTo(told.server(Tokens.of(Map.of())).trash())
        .isEqualTo(new TrashWindow(Duration.ofDays(7)));
  }

  @Test
  void neverPrintsASecret() {
    Map<String, String> variables =
        Map.of("TIDEMARK_TOKENS", "reader a " + TOKEN, "AWS_SECRET_ACCESS_KEY", TOKEN);

    assertThat(new ServiceSettings(variables).toString()).doesNotContain(TOKEN);
    assertThatThrownBy(() -> new ServiceSettings(Map.of("TIDEMARK_TOKENS", TOKEN)).tokens())
        .hasMessageNotContaining(TOKEN);
  }
}
