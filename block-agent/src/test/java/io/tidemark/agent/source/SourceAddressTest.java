package io.tidemark.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidemark.agent.nbd.NbdEndpoint;
import io.tidemark.agent.source.SourceAddress.FileOrDevice;
import io.tidemark.agent.source.SourceAddress.InstantPromise;
import io.tidemark.agent.source.SourceAddress.Nbd;
import io.tidemark.agent.source.SourceAddress.Qemu;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceAddressTest {
  @Test
  void takesPathsForPaths() {
    assertThat(SourceAddress.parse("/srv/a b.raw"))
        .isEqualTo(new FileOrDevice(Path.of("/srv/a b.raw")));
    assertThat(SourceAddress.parse("disk:1.img"))
        .isEqualTo(new FileOrDevice(Path.of("disk:1.img")));
    assertThat(SourceAddress.isPath("/nbd://x")).isTrue();
    assertThat(SourceAddress.isPath("qemu:/x#y")).isFalse();
  }

  @Test
  void readsEachForm() {
    assertThat(SourceAddress.parse("nbd://10.0.0.7/"))
        .isEqualTo(
            new Nbd(
                new NbdEndpoint.Tcp("10.0.0.7", 10_809),
                "",
                Optional.empty(),
                InstantPromise.NONE));
    assertThat(
            SourceAddress.parse(
                "nbd://[::1]:1234/a%20b/c?tls-certificates=/etc/pki&instant=promised"))
        .isEqualTo(
            new Nbd(
                new NbdEndpoint.Tcp("::1", 1234),
                "a b/c",
                Optional.of(Path.of("/etc/pki")),
                InstantPromise.GIVEN));
    assertThat(SourceAddress.parse("nbd+unix:///disk?socket=/run/a+b.sock"))
        .isEqualTo(
            new Nbd(
                new NbdEndpoint.Unix(Path.of("/run/a+b.sock")),
                "disk",
                Optional.empty(),
                InstantPromise.NONE));
    assertThat(SourceAddress.parse("qemu:/run/qmp.sock#drive0"))
        .isEqualTo(
            new Qemu(Path.of("/run/qmp.sock"), "drive0", Qemu.USUAL_SCRATCH, Optional.empty()));
    assertThat(SourceAddress.parse("qemu:/run/qmp.sock?scratch=/srv/s&nbd=/run/n.sock#d"))
        .isEqualTo(
            new Qemu(
                Path.of("/run/qmp.sock"),
                "d",
                Path.of("/srv/s"),
                Optional.of(Path.of("/run/n.sock"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/srv/a.raw",
        "nbd://10.0.0.7:10809/",
        "nbd://[::1]:1234/a%20b?tls-certificates=/etc/pki&instant=promised",
        "nbd+unix:///?socket=/run/nbd%2B1.sock",
        "qemu:/run/qmp.sock#drive0",
        "qemu:/run/my%20vm.sock?scratch=/srv/s&nbd=/run/n.sock#d"
      })
  void writesWhatItReads(String text) {
    assertThat(SourceAddress.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | empty",
        "nbd:///disk | names no host",
        "nbd://me@host/disk | names no host",
        "nbd://host:0/disk | no port 0",
        "nbd://host:99999/disk | no port 99999",
        "nbd://host/disk#1 | has no place",
        "nbd://host/disk?tls=yes | no 'tls' here, only tls-certificates, instant",
        "nbd://host/disk?instant=yes | can only be 'promised'",
        "nbd://host/disk?tls-certificates=pki | no absolute path",
        "nbd://ho st/disk | character 9",
        "nbds://host/disk | ?tls-certificates=FOLDER",
        "nbd+unix:///disk | names no socket",
        "nbd+unix://host/disk?socket=/x | three slashes",
        "nbd+unix:///disk?socket=/x&socket=/y | no value, or two",
        "qemu:/run/qmp.sock | names no block node",
        "qemu:/run/qmp.sock#1x | no name of a block node",
        "qemu:run/qmp.sock#a | no QMP socket by its absolute path",
        "qemu://host/qmp.sock#a | no QMP socket by its absolute path",
        "qemu:/run/qmp.sock#a?scratch=/x | no name of a block node",
        "rbd://pool/image | no sources 'rbd:'",
      })
  void saysWhatIsWrong(String text, String what) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SourceAddress.parse(text))
        .withMessageContaining(what);
  }
}
