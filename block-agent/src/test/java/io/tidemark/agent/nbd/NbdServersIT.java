package io.tidemark.agent.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.socket.Served;
import io.tidemark.agent.system.Machine;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The client against the servers that people have.
@Timeout(120)
class NbdServersIT {
  private static final int SIZE = 8 << 20;
  private static final int DATA = 1 << 20;

  private final RandomGenerator random = Seeded.random("NbdServersIT");

  @TempDir private Path folder;
  private final byte[] content = new byte[SIZE];
  private Path image = Path.of("/");
  private Path socket = Path.of("/");

  /// Data, a hole, and data again.
  @BeforeEach
  void makeImage() throws Exception {
    image = folder.resolve("disk.raw");
    socket = folder.resolve("nbd.sock");
    byte[] data = new byte[DATA];
    random.nextBytes(data);
    System.arraycopy(data, 0, content, 0, DATA);
    System.arraycopy(data, 0, content, SIZE - DATA, DATA);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
      file.write(data);
      file.seek(SIZE - DATA);
      file.write(data);
    }
  }

  /// By `nbdkit`, through one of its filters.
  private Served serveFiltered(String filter, String... parameters) throws Exception {
    return serve(
        Stream.concat(
                Stream.of("nbdkit", "-f", "-r", "-U", socket + "", "--filter=" + filter),
                Stream.concat(Stream.of("file", image + ""), Stream.of(parameters)))
            .toArray(String[]::new));
  }

  private Served serve(String... command) throws Exception {
    return Served.start(
        folder.resolve("log"), UnixDomainSocketAddress.of(socket), List.of(command));
  }

  private NbdTarget target(String export) {
    return new NbdTarget(new NbdEndpoint.Unix(socket), export, Optional.empty());
  }

  private void assertReads(NbdClient client) throws IOException {
    assertThat(client.export().sizeBytes()).isEqualTo(SIZE);
    for (int i = 0; i < 30; i++) {
      int offset = random.nextInt(SIZE);
      int length = random.nextInt(SIZE - offset) + 1;
      ByteBuffer into = ByteBuffer.allocateDirect(length);
      client.read(offset, into);
      byte[] bytes = new byte[length];
      into.flip().get(bytes);
      assertThat(Arrays.mismatch(bytes, Arrays.copyOfRange(content, offset, offset + length)))
          .as("%d bytes at %d", length, offset)
          .isEqualTo(-1);
    }
    client.confirm();
  }

  private static void assertTellsTheHole(NbdClient client) throws IOException {
    long zeros = 0;
    for (long at = 0; at < SIZE; ) {
      for (StatusRun run : client.status(NbdTarget.ALLOCATION, at, SIZE - at)) {
        assertThat(run.offsetBytes()).isEqualTo(at);
        zeros += run.isZero() ? run.lengthBytes() : 0;
        at = run.endBytes();
      }
    }
    assertThat(zeros).isEqualTo(SIZE - 2 * DATA);
  }

  @Test
  void readsFromNbdkit() throws Exception {
    Machine.needs("nbdkit");
    try (Served _ = serve("nbdkit", "-f", "-r", "-U", socket + "", "file", image + "");
        NbdClient client = NbdClient.open(target(""))) {
      assertThat(client.export().isReadOnly()).isTrue();
      assertThat(client.export().takesSeveralConnections()).isTrue();
      assertThat(client.export().replies()).isEqualTo(NbdExport.Replies.STRUCTURED);
      assertReads(client);
      assertTellsTheHole(client);
    }
  }

  @Test
  void readsFromNbdkitWithoutStructuredReplies() throws Exception {
    Machine.needs("nbdkit");
    try (Served _ = serve("nbdkit", "-f", "-r", "--no-sr", "-U", socket + "", "file", image + "");
        NbdClient client = NbdClient.open(target(""))) {
      assertThat(client.export().replies()).isEqualTo(NbdExport.Replies.SIMPLE);
      assertThat(client.export().contexts()).isEmpty();
      assertReads(client);
    }
  }

  @Test
  void keepsToTheBlocksOfNbdkit() throws Exception {
    Machine.needs("nbdkit");
    try (Served _ =
            serveFiltered(
                "blocksize-policy",
                "blocksize-minimum=4096",
                "blocksize-preferred=4096",
                "blocksize-maximum=65536",
                "blocksize-error-policy=error");
        NbdClient client = NbdClient.open(target(""))) {
      assertThat(client.export().minimumBytes()).isEqualTo(4096);
      assertReads(client);
      assertTellsTheHole(client);
    }
  }

  @Test
  void saysThatNbdkitCouldNot() throws Exception {
    Machine.needs("nbdkit");
    try (Served _ = serveFiltered("error", "error-pread=EIO", "error-pread-rate=100%");
        NbdClient client = NbdClient.open(target(""))) {
      assertThatThrownBy(() -> client.read(0, ByteBuffer.allocate(10)))
          .isInstanceOf(NbdException.class)
          .hasMessageContaining("input/output error");
    }
  }

  @Test
  void readsFromQemuNbd() throws Exception {
    Machine.needs("qemu-nbd");
    try (Served _ =
            serve(
                "qemu-nbd",
                "-r",
                "-t",
                "-e",
                "4",
                "-k",
                socket + "",
                "-x",
                "disk",
                "-f",
                "raw",
                image + "");
        NbdClient client = NbdClient.open(target("disk"))) {
      assertThat(client.export().isReadOnly()).isTrue();
      assertReads(client);
      assertTellsTheHole(client);
      assertThatThrownBy(() -> NbdClient.open(target("other")))
          .isInstanceOf(NbdException.class)
          .hasMessageContaining("no export 'other'")
          .returns(NbdException.Kind.NO_EXPORT, e -> ((NbdException) e).kind());
    }
  }

  @Test
  void endsWhenTheServerIsKilled() throws Exception {
    Machine.needs("nbdkit");
    NbdClient client;
    try (Served server = serve("nbdkit", "-f", "-r", "-U", socket + "", "file", image + "")) {
      client = NbdClient.open(target(""));
      client.read(0, ByteBuffer.allocate(10));
      server.kill();
    }
    try (client) {
      assertThatThrownBy(() -> client.read(0, ByteBuffer.allocate(10)))
          .isInstanceOf(NbdException.class)
          .returns(NbdException.Kind.DROPPED, e -> ((NbdException) e).kind());
    }
  }

  @Test
  void speaksTlsWhereTheServerInsists() throws Exception {
    Machine.needs("nbdkit", "openssl");
    Path pki = Files.createDirectory(folder.resolve("pki"));
    certificates(pki);
    int port = freePort();
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    NbdEndpoint endpoint = new NbdEndpoint.Tcp("localhost", port);
    try (Served _ =
        Served.start(
            folder.resolve("log"),
            address,
            List.of(
                "nbdkit",
                "-f",
                "-r",
                "-i",
                "127.0.0.1",
                "-p",
                port + "",
                "--tls=require",
                "--tls-certificates=" + pki,
                "--tls-verify-peer",
                "file",
                image + ""))) {
      try (NbdClient client = NbdClient.open(new NbdTarget(endpoint, "", Optional.of(pki)))) {
        assertThat(client.export().channel()).isEqualTo(NbdExport.Channel.TLS);
        assertReads(client);
        assertTellsTheHole(client);
      }
      // Its authority is nobody that Java knows.
      assertThatThrownBy(() -> NbdClient.open(new NbdTarget(endpoint, "", Optional.empty())))
          .isInstanceOf(NbdException.class)
          .hasMessageContainingAll("TLS failed", "?tls-certificates=FOLDER");
    }
  }

  @Test
  void wantsTlsWhereCertificatesAreNamed() throws Exception {
    Machine.needs("nbdkit", "openssl");
    Path pki = Files.createDirectory(folder.resolve("pki"));
    certificates(pki);
    try (Served _ = serve("nbdkit", "-f", "-r", "-U", socket + "", "file", image + "")) {
      assertThatThrownBy(
              () ->
                  NbdClient.open(new NbdTarget(new NbdEndpoint.Unix(socket), "", Optional.of(pki))))
          .isInstanceOf(NbdException.class)
          .hasMessageContaining("offers no TLS");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /// An authority, and what it says of a server at `localhost` and of a client.
  private static void certificates(Path pki) throws IOException {
    Machine.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=authority",
        "-keyout",
        pki + "/ca-key.pem",
        "-out",
        pki + "/ca-cert.pem");
    for (String who : List.of("server", "client")) {
      Files.writeString(pki.resolve("names"), "subjectAltName=DNS:localhost\n");
      Machine.run(
          "openssl",
          "req",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-subj",
          "/CN=" + who,
          "-keyout",
          pki + "/" + who + "-key.pem",
          "-out",
          pki + "/" + who + ".csr");
      Machine.run(
          "openssl",
          "x509",
          "-req",
          "-days",
          "2",
          "-in",
          pki + "/" + who + ".csr",
          "-CA",
          pki + "/ca-cert.pem",
          "-CAkey",
          pki + "/ca-key.pem",
          "-CAcreateserial",
          "-extfile",
          pki + "/names",
          "-out",
          pki + "/" + who + "-cert.pem");
    }
  }
}
