package io.tidemark.agent.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.agent.nbd.BentServer.Bend;
import io.tidemark.agent.nbd.BentServer.Form;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class NbdClientTest {
  private static final int FUZZ_ROUNDS = 150;

  /// The answers after the greeting: structured replies, contexts, the export.
  private static final int FIRST_ANSWER = 4;

  private static final NbdTimeouts PATIENT =
      new NbdTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));
  private static final NbdTimeouts IMPATIENT =
      new NbdTimeouts(Duration.ofMillis(100), Duration.ofMillis(100));

  @TempDir private Path folder;
  private final byte[] content = new byte[300_000];
  private Path socket = Path.of("/");

  @BeforeEach
  void fill() {
    socket = folder.resolve("nbd");
    new Random(5).nextBytes(content);
    Arrays.fill(content, 100_000, 200_000, (byte) 0);
  }

  private NbdTarget target(NbdTimeouts timeouts) {
    return new NbdTarget(
        new NbdEndpoint.Unix(socket),
        "disk",
        Optional.empty(),
        List.of(NbdTarget.ALLOCATION),
        timeouts);
  }

  private BentServer server(Form form, Bend bend) throws Exception {
    return new BentServer(socket, content, form, Protocol.FLAG_READ_ONLY, 1, bend);
  }

  private static byte[] read(NbdClient client, int offset, int length) throws NbdException {
    ByteBuffer into = ByteBuffer.allocateDirect(length);
    client.read(offset, into);
    byte[] bytes = new byte[length];
    into.flip().get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void readsWhatIsThere(Form form) throws Exception {
    try (BentServer _ = server(form, BentServer.STRAIGHT);
        NbdClient client = NbdClient.open(target(PATIENT))) {
      assertThat(client.export().sizeBytes()).isEqualTo(content.length);
      assertThat(client.export().isReadOnly()).isTrue();
      assertThat(client.export().contexts().contains(NbdTarget.ALLOCATION))
          .isEqualTo(form != Form.SIMPLE);
      assertThat(read(client, 0, content.length)).isEqualTo(content);
      assertThat(read(client, 99_999, 3)).isEqualTo(Arrays.copyOfRange(content, 99_999, 100_002));
      assertThat(read(client, 150_000, 1)).containsExactly(0);
      client.confirm();
    }
  }

  @Test
  void tellsHoles() throws Exception {
    try (BentServer _ = server(Form.PIECES, BentServer.STRAIGHT);
        NbdClient client = NbdClient.open(target(PATIENT))) {
      List<StatusRun> runs = client.status(NbdTarget.ALLOCATION, 98_304, 200_000);
      assertThat(runs)
          .containsExactly(
              new StatusRun(98_304, 4096, 0),
              new StatusRun(102_400, 4096, 3),
              new StatusRun(106_496, 4096, 3));
      // The last extent is cut to the export.
      assertThat(client.status(NbdTarget.ALLOCATION, 299_008, 992).getLast().endBytes())
          .isEqualTo(300_000);
    }
  }

  @Test
  void keepsToWholeBlocksWhereTheServerWantsThem() throws Exception {
    byte[] blocks = Arrays.copyOf(content, 64 * 4096);
    try (BentServer _ = new BentServer(socket, blocks, Form.PIECES, 0, 4096, BentServer.STRAIGHT);
        NbdClient client = NbdClient.open(target(PATIENT))) {
      assertThat(client.export().isReadOnly()).isFalse();
      assertThat(read(client, 5000, 10_000)).isEqualTo(Arrays.copyOfRange(blocks, 5000, 15_000));
    }
  }

  @Test
  void readsByAsManyConnectionsAsThereAreReaders() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    Bend waiting =
        (number, message) -> {
          if (number >= FIRST_ANSWER) {
            both.countDown();
            try {
              both.await();
            } catch (InterruptedException _) {
              return Optional.empty();
            }
          }
          return Optional.of(message);
        };
    try (BentServer server =
            new BentServer(
                socket, content, Form.ONE_CHUNK, Protocol.FLAG_CAN_MULTI_CONN, 1, waiting);
        NbdClient client = NbdClient.open(target(PATIENT));
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<byte[]>> reads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        reads.add(threads.submit(() -> read(client, 0, 1000)));
      }
      for (Future<byte[]> done : reads) {
        assertThat(done.get()).isEqualTo(Arrays.copyOf(content, 1000));
      }
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void saysThatTheServerCouldNotAndGoesOn() throws Exception {
    Bend failing =
        (number, message) -> {
          if (number == FIRST_ANSWER) {
            byte[] error =
                ByteBuffer.allocate(20 + 6 + 2)
                    .putInt(Protocol.STRUCTURED_REPLY)
                    .putShort((short) Protocol.CHUNK_DONE)
                    .putShort((short) Protocol.CHUNK_ERROR)
                    .putLong(1)
                    .putInt(8)
                    .putInt(5)
                    .putShort((short) 2)
                    .put((byte) 'n')
                    .put((byte) 'o')
                    .array();
            return Optional.of(error);
          }
          return Optional.of(message);
        };
    try (BentServer _ = server(Form.ONE_CHUNK, failing);
        NbdClient client = NbdClient.open(target(PATIENT))) {
      assertThatThrownBy(() -> read(client, 0, 10))
          .isInstanceOf(NbdException.class)
          .hasMessageContaining("input/output error, no");
      assertThat(read(client, 0, 10)).isEqualTo(Arrays.copyOf(content, 10));
    }
  }

  /// Overwrites bytes of one message.
  private static Bend at(int wanted, int place, int... bytes) {
    return (number, message) -> {
      if (number == wanted) {
        for (int i = 0; i < bytes.length; i++) {
          message[place + i] = (byte) bytes[i];
        }
      }
      return Optional.of(message);
    };
  }

  private NbdException refused(Form form, Bend bend) throws Exception {
    java.nio.file.Files.deleteIfExists(socket);
    try (BentServer _ = server(form, bend)) {
      return catchThrowableOfType(
          NbdException.class,
          () -> {
            try (NbdClient client = NbdClient.open(target(IMPATIENT))) {
              byte[] _ = read(client, 4096, 8192);
              List<StatusRun> _ = client.status(NbdTarget.ALLOCATION, 0, 100_000);
            }
          });
    }
  }

  @Test
  void namesEachLie() throws Exception {
    assertThat(refused(Form.PIECES, at(0, 0, 1))).hasMessageContaining("no NBD server");
    assertThat(refused(Form.PIECES, at(0, 17, 2))).hasMessageContaining("fixed newstyle");
    assertThat(refused(Form.PIECES, at(1, 0, 1))).hasMessageContaining("does not begin as one");
    assertThat(refused(Form.PIECES, at(1, 11, 9))).hasMessageContaining("instead of 8");
    assertThat(refused(Form.PIECES, at(1, 16, 0x7f))).hasMessageContaining("claims 2130706432");
    assertThat(refused(Form.PIECES, at(2, 28, 'x'))).hasMessageContaining("nobody asked for");
    assertThat(refused(Form.PIECES, at(3, 22, 0xff))).hasMessageContaining("claims to have");
    assertThat(refused(Form.PIECES, at(3, 31, 0))).hasMessageContaining("not marked");
    assertThat(refused(Form.PIECES, at(3, 56, 0, 0, 0, 3))).hasMessageContaining("cannot be");
    // Magic, cookie, length, offset of the first piece of a read.
    assertThat(refused(Form.PIECES, at(4, 0, 1))).hasMessageContaining("does not begin as one");
    assertThat(refused(Form.PIECES, at(4, 15, 9))).hasMessageContaining("nobody made");
    assertThat(refused(Form.PIECES, at(4, 16, 0xff))).hasMessageContaining("were asked for");
    assertThat(refused(Form.PIECES, at(4, 16, 0, 0, 0, 8))).hasMessageContaining("in 8 bytes");
    assertThat(refused(Form.PIECES, at(4, 20, 0x80))).hasMessageContaining("were asked for");
    assertThat(refused(Form.PIECES, at(4, 26, 0x10))).hasMessageContaining("came twice");
    assertThat(refused(Form.PIECES, at(4, 5, Protocol.CHUNK_DONE))).hasMessageContaining("missing");
    assertThat(refused(Form.PIECES, at(4, 7, 9))).hasMessageContaining("out of place");
    assertThat(refused(Form.SIMPLE, at(3, 0, 1))).hasMessageContaining("does not begin as one");
    assertThat(refused(Form.SIMPLE, at(3, 15, 9))).hasMessageContaining("nobody made");
    // Length, context and extents of a status.
    assertThat(refused(Form.PIECES, at(5, 19, 27))).hasMessageContaining("in 27 bytes");
    assertThat(refused(Form.PIECES, at(5, 16, 0x7f, 0xff, 0xff, 0xfc)))
        .hasMessageContaining("in 2147483644 bytes");
    assertThat(refused(Form.PIECES, at(5, 23, 8))).hasMessageContaining("unasked, or twice");
    assertThat(refused(Form.PIECES, at(5, 26, 0))).hasMessageContaining("has no bytes");
    assertThat(refused(Form.PIECES, at(5, 24, 0x7f))).hasMessageContaining("unasked");
  }

  @Test
  void endsWhatStallsAndWhatDrops() throws Exception {
    Bend stalling =
        (number, message) ->
            Optional.of(number == FIRST_ANSWER ? Arrays.copyOf(message, 25) : message);
    assertThat(refused(Form.ONE_CHUNK, stalling))
        .hasMessageContaining("did not answer in time over a read of 8192 bytes at 4096")
        .returns(NbdException.Kind.STALLED, NbdException::kind);
    Bend dropping =
        (number, message) -> number == FIRST_ANSWER ? Optional.empty() : Optional.of(message);
    assertThat(refused(Form.ONE_CHUNK, dropping))
        .hasMessageContaining("closed the connection")
        .returns(NbdException.Kind.DROPPED, NbdException::kind);
    assertThat(refused(Form.ONE_CHUNK, (_, _) -> Optional.of(new byte[0])))
        .hasMessageContaining("while it was negotiated with")
        .returns(NbdException.Kind.STALLED, NbdException::kind);
    socket = folder.resolve("nobody");
    assertThatThrownBy(() -> NbdClient.open(target(IMPATIENT)))
        .isInstanceOf(NbdException.class)
        .hasMessageContaining("cannot be connected to");
  }

  @Test
  void endsForGoodWithItsFirstLie() throws Exception {
    try (BentServer _ = server(Form.ONE_CHUNK, at(4, 15, 9));
        NbdClient client = NbdClient.open(target(PATIENT))) {
      assertThatThrownBy(() -> read(client, 0, 10)).hasMessageContaining("nobody made");
      assertThatThrownBy(() -> read(client, 0, 10)).hasMessageContaining("nobody made");
      assertThatThrownBy(client::confirm).hasMessageContaining("nobody made");
    }
  }

  @Test
  void survivesAnyBytes() throws Exception {
    long seed = Long.getLong("tidemark.seed", System.nanoTime());
    System.out.println("NbdClientTest: -Dtidemark.seed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
      Form form = List.of(Form.values()).get(random.nextInt(Form.values().length));
      int wanted = random.nextInt(7);
      long draw = random.nextLong();
      Bend bend =
          (number, message) ->
              number == wanted
                  ? Optional.of(spoil(message, new Random(draw)))
                  : Optional.of(message);
      java.nio.file.Files.deleteIfExists(socket);
      try (BentServer _ = server(form, bend);
          NbdClient client = NbdClient.open(target(IMPATIENT))) {
        assertThat(read(client, 4096, 8192)).hasSize(8192);
        if (!client.export().contexts().isEmpty()) {
          List<StatusRun> runs = client.status(NbdTarget.ALLOCATION, 0, 100_000);
          assertThat(runs.getFirst().offsetBytes()).isZero();
          assertThat(runs.getLast().endBytes()).isLessThanOrEqualTo(100_000);
        }
      } catch (NbdException e) {
        assertThat(e).hasMessageNotContaining("null");
      } catch (IllegalArgumentException e) {
        // A spoilt size that is too small for what is asked here.
        assertThat(e).hasMessageStartingWith("No ");
      }
    }
  }

  private static byte[] spoil(byte[] message, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> {
        for (int i = 0; i <= random.nextInt(4); i++) {
          // The heads are at the beginning.
          message[random.nextInt(Math.min(message.length, 64))] = (byte) random.nextInt();
        }
        yield message;
      }
      case 1 -> Arrays.copyOf(message, random.nextInt(message.length));
      default -> Arrays.copyOf(message, message.length + random.nextInt(100));
    };
  }
}
