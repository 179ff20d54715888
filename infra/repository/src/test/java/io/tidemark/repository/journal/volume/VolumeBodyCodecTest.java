package io.tidemark.repository.journal.volume;

import static io.tidemark.repository.journal.volume.Samples.header;
import static io.tidemark.repository.journal.volume.Samples.root;
import static io.tidemark.repository.journal.volume.Samples.snapshot;
import static io.tidemark.repository.journal.volume.Samples.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.CompressedCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.Envelope;
import io.tidemark.repository.journal.EventBytes;
import io.tidemark.repository.journal.EventCodec;
import io.tidemark.repository.journal.EventHeader.Critical;
import io.tidemark.repository.journal.Since;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.testing.Seeded;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class VolumeBodyCodecTest {
  private static final ScanFacts.Tracked TRACKED =
      new ScanFacts.Tracked("bitmap", 65_536, 512, Optional.of(Samples.AT), 3);

  private final VolumeBodyCodec bodies = new VolumeBodyCodec();
  private final EventCodec<VolumeEvent, VolumeState> codec = new EventCodec<>(bodies);

  /// Every type, with all members and with as few as can be.
  private static List<VolumeEvent> events() {
    Phase.Parent parent = new Phase.Parent(snapshot(2), root(2, 3), 3);
    Phase.Parent held = new Phase.Parent(snapshot(2), root(2, 3), 0);
    Root zero = new Root(Samples.VOLUME, 0, Optional.empty(), root(2, 3).packList(), 3);
    return List.of(
        Samples.opened(),
        Samples.requested(snapshot(1)),
        new VolumeEvent.Requested(
            snapshot(1),
            Label.NONE,
            Origin.MANUAL,
            Optional.empty(),
            "",
            Optional.empty(),
            More.NONE),
        new VolumeEvent.Requested(
            snapshot(1),
            Label.NONE,
            Origin.POLICY,
            Optional.of(Samples.SCHEDULE),
            "host",
            Optional.of(Samples.AT),
            More.NONE),
        new VolumeEvent.Held(
            snapshot(1),
            root(2, 3),
            Hold.Kind.RESTORE,
            "somebody",
            "",
            Optional.of(
                new Hold.Restore(
                    "host-2", "vol-1", Optional.empty(), Optional.of("ab".repeat(32)))),
            More.NONE),
        Samples.begun(snapshot(1), token(1), Optional.of(parent)),
        Samples.begun(snapshot(1), token(1), Optional.of(held)),
        Samples.begun(snapshot(1), token(1), Optional.empty()),
        Samples.committed(snapshot(1), 2, token(1)),
        new VolumeEvent.Committed(
            snapshot(1),
            2,
            token(1),
            0,
            Optional.empty(),
            root(2, 3).packList(),
            3,
            Samples.FACTS,
            More.NONE),
        scanned(new ScanFacts.Full("")),
        scanned(new ScanFacts.Full("the size has changed")),
        scanned(TRACKED),
        scanned(new ScanFacts.Tracked("bitmap", 0, 0, Optional.empty(), 1)),
        scanned(new ScanFacts.Distrusted("bitmap", 32_768)),
        Samples.failed(snapshot(1)),
        Samples.removed(snapshot(1)),
        Samples.trashed(snapshot(1)),
        Samples.restored(snapshot(1)),
        Samples.held(snapshot(1), root(2, 3), Hold.Kind.RESTORE),
        Samples.held(snapshot(1), zero, Hold.Kind.PERSON),
        Samples.released(4),
        Samples.described(snapshot(1)),
        Samples.closed());
  }

  private static VolumeEvent scanned(ScanFacts scan) {
    return new VolumeEvent.Committed(
        snapshot(1),
        2,
        token(1),
        0,
        Optional.empty(),
        root(2, 3).packList(),
        3,
        new SnapshotFacts(
            Samples.AT,
            Consistency.CRASH,
            8192,
            4096,
            5000,
            4500,
            9,
            1234,
            Optional.of(scan),
            OptionalLong.empty()),
        More.NONE);
  }

  /// One entry in every phase, holds, and a parent that is gone.
  private static VolumeState state() {
    Phase.Parent parent = new Phase.Parent(snapshot(1), root(2, 3), 3);
    return Samples.after(
        Samples.opened(),
        Samples.begun(snapshot(1), token(1), Optional.empty()),
        Samples.committed(snapshot(1), 2, token(1)),
        Samples.begun(snapshot(2), token(2), Optional.of(parent)),
        Samples.committed(snapshot(2), 4, token(2)),
        Samples.held(snapshot(1), root(2, 3), Hold.Kind.READER),
        Samples.held(snapshot(1), root(2, 3), Hold.Kind.PERSON),
        Samples.released(7),
        Samples.requested(snapshot(3)),
        Samples.failed(snapshot(3)),
        Samples.requested(snapshot(4)),
        Samples.begun(snapshot(5), token(5), Optional.of(parent)),
        Samples.begun(snapshot(6), token(6), Optional.empty()),
        Samples.described(snapshot(6)),
        Samples.trashed(snapshot(1)),
        Samples.held(snapshot(2), root(4, 5), Hold.Kind.RESTORE));
  }

  private byte[] encode(VolumeEvent event) {
    return codec.encode(
        header(17, bodies.type(event)),
        event,
        state(),
        new Since<>(16, "cd".repeat(32), List.of()));
  }

  @Test
  void everyEventComesBack() throws MalformedException {
    for (VolumeEvent event : events()) {
      Envelope<VolumeEvent, VolumeState> envelope = codec.decode(encode(event));
      assertThat(envelope.header()).isEqualTo(header(17, bodies.type(event)));
      assertThat(envelope.event()).contains(event);
      assertThat(envelope.state()).contains(state());
    }
  }

  @Test
  void whatAPolicyWantsStaysWithTheEntry() throws MalformedException {
    Wishes wishes = new Wishes(Optional.of("g"), List.of("fs:/srv", "mysql"));
    VolumeState state =
        Samples.after(
            Samples.opened(),
            new VolumeEvent.Requested(
                snapshot(1),
                Label.NONE,
                Origin.POLICY,
                Optional.of(Samples.SCHEDULE),
                "host",
                Optional.of(Samples.AT),
                WishesCodec.encode(wishes)),
            Samples.begun(snapshot(1), token(1), Optional.empty()),
            Samples.committed(snapshot(1), 3, token(1)));
    Entry entry = bodies.decodeState(bodies.encodeState(state)).find(snapshot(1)).orElseThrow();
    assertThat(entry.schedule()).contains(Samples.SCHEDULE);
    assertThat(WishesCodec.decode(entry.more())).isEqualTo(wishes);
  }

  @Test
  void howLongWritersWereHeldIsEncodedAsItEverWas() throws Exception {
    VolumeEvent.Committed plain = Samples.committed(snapshot(1), 2, token(1));
    SnapshotFacts facts =
        new SnapshotFacts(
            Samples.AT,
            Consistency.APPLICATION,
            8192,
            4096,
            5000,
            4500,
            9,
            1234,
            Optional.empty(),
            OptionalLong.of(7));
    VolumeEvent.Committed held =
        new VolumeEvent.Committed(
            plain.snapshot(),
            plain.session(),
            plain.token(),
            plain.sizeBytes(),
            plain.map(),
            plain.packList(),
            plain.listCommit(),
            facts,
            plain.more());
    byte[] bytes = CanonicalJsonCodec.encode(bodies.encode(held));
    try (InputStream golden =
        getClass().getResourceAsStream("/golden/format-1/journal/quiesced-committed.json")) {
      assertThat(new String(bytes, UTF_8)).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
    assertThat(bodies.decode("committed", CanonicalJsonCodec.decode(bytes), More.NONE))
        .contains(held);
    VolumeState state =
        Samples.after(
            Samples.opened(), Samples.begun(snapshot(1), token(1), Optional.empty()), held);
    assertThat(bodies.decodeState(bodies.encodeState(state))).isEqualTo(state);
  }

  @Test
  void encodingIsAFunction() throws MalformedException {
    for (VolumeEvent event : events()) {
      byte[] bytes = encode(event);
      Envelope<VolumeEvent, VolumeState> envelope = codec.decode(bytes);
      assertThat(
              codec.encode(
                  envelope.header(),
                  envelope.event().orElseThrow(),
                  envelope.state().orElseThrow(),
                  new Since<>(16, "cd".repeat(32), List.of())))
          .isEqualTo(bytes);
    }
  }

  @Test
  void theBytesOfAScanAreTheseForEver() {
    assertThat(scan(new ScanFacts.Full(""))).isEqualTo("{\"kind\":\"full\"}");
    assertThat(scan(new ScanFacts.Full("the size has changed")))
        .isEqualTo("{\"kind\":\"full\",\"reason\":\"the size has changed\"}");
    assertThat(scan(TRACKED))
        .isEqualTo(
            "{\"fullScanAt\":\"2026-01-02T03:04:05.678Z\",\"kind\":\"tracked\","
                + "\"reportedBytes\":65536,\"sampledChunks\":512,\"sinceFullScan\":3,"
                + "\"tracker\":\"bitmap\"}");
    assertThat(scan(new ScanFacts.Distrusted("bitmap", 32_768)))
        .isEqualTo("{\"kind\":\"distrusted\",\"tracker\":\"bitmap\",\"wrongOffsetBytes\":32768}");
  }

  private static String scan(ScanFacts scan) {
    return CanonicalJsonCodec.text(ScanFactsCodec.encode(scan));
  }

  @Test
  void theBytesOfAnEventAreTheseForEver() {
    VolumeState state = Samples.after(Samples.opened());
    assertThat(
            new String(
                codec.encode(
                    header(2, "begun"),
                    Samples.begun(
                        snapshot(1),
                        token(2),
                        Optional.of(new Phase.Parent(snapshot(9), root(3, 4), 4))),
                    state,
                    new Since<>(1, "", List.of())),
                UTF_8))
        .isEqualTo(
            "{\"actor\":\"tester\",\"at\":\"2026-01-02T03:04:05.678Z\","
                + "\"commitId\":\"00000000000000020000000000000005\",\"critical\":true,"
                + "\"expires\":\"2026-01-02T03:04:05.678Z\",\"format\":1,\"host\":\"host-1\","
                + "\"name\":\"begun\",\"number\":2,\"origin\":\"manual\","
                + "\"parent\":{\"commit\":4,\"root\":{\"listCommit\":4,"
                + "\"map\":{\"id\":\"0000000000000003000000000000000100000000000000030000000000000004\","
                + "\"k\":1,\"length\":100,\"offset\":80,\"session\":3,"
                + "\"volume\":\"vol-0123456789abcdef0\"},"
                + "\"packList\":{\"id\":\"0000000000000003000000000000000200000000000000030000000000000004\","
                + "\"k\":2,\"length\":100,\"offset\":80,\"session\":3,"
                + "\"volume\":\"vol-0123456789abcdef0\"},"
                + "\"sizeBytes\":1048576,\"volume\":\"vol-0123456789abcdef0\"},"
                + "\"snapshot\":\"snap-00000000000000009\"},\"previous\":\""
                + "ab".repeat(32)
                + "\",\"requestedAt\":\"2026-01-02T03:04:05.678Z\","
                + "\"snapshot\":\"snap-00000000000000001\","
                + "\"state\":{\"chunkBytes\":4096,\"closed\":false,\"entries\":[],\"holds\":[],"
                + "\"name\":\"disk\",\"volume\":\"vol-0123456789abcdef0\"},"
                + "\"sum\":\"40bf578c0f6c3e30ddcc7e69d0ee736f\","
                + "\"tags\":{\"keep\":\"ünïcode\",\"team\":\"red\"},"
                + "\"token\":\"0000000000000002000000000000004d\",\"type\":\"begun\"}");
  }

  @Test
  void theBytesOfAStateAreTheseForEver() {
    assertThat(EventCodec.hash(codec.encodeState(state())))
        .isEqualTo("fd8a5be0e1dfc0f6b3c46ad841208e1a6781b60e57915506235e91565ee4000e");
  }

  @Test
  void longEventsAreOneZstdFrame() throws MalformedException {
    byte[] bytes = encode(Samples.trashed(snapshot(1)));
    assertThat(bytes).startsWith(HexFormat.of().parseHex("28b52ffd"));
    assertThat(CompressedCodec.decode(bytes)).hasSizeGreaterThan(4096).startsWith('{');
  }

  @Test
  void unknownMembersOfAnEventComeBack() throws MalformedException {
    for (VolumeEvent event : events()) {
      Envelope<VolumeEvent, VolumeState> envelope =
          codec.decode(
              EventBytes.changed(
                  encode(event),
                  json -> {
                    json.putArray("aNew").add(1).addObject().putNull("x");
                    json.putObject("zNew").put("deep", true);
                  }));
      VolumeEvent read = envelope.event().orElseThrow();
      assertThat(read.more().json())
          .isEqualTo("{\"aNew\":[1,{\"x\":null}],\"zNew\":{\"deep\":true}}");
      assertThat(text(encode(read)))
          .contains("\"aNew\":[1,{\"x\":null}]", "\"zNew\":{\"deep\":true}");
    }
  }

  @Test
  void unknownMembersAnywhereInAStateComeBack() throws MalformedException {
    String known = new String(codec.encodeState(state()), UTF_8);
    int objects = 0;
    for (int at = known.indexOf('{'); at >= 0; at = known.indexOf('{', at + 1)) {
      if (known.startsWith("\"tags\":", Math.max(0, at - 7))) {
        continue; // every member of tags is known
      }
      objects++;
      String with = known.substring(0, at + 1) + "\"~new\":[{\"x\":1}]," + known.substring(at + 1);
      ObjectNode changed = EventBytes.object(with.getBytes(UTF_8));
      VolumeState state =
          codec
              .decode(
                  EventBytes.changed(encode(Samples.closed()), json -> json.set("state", changed)))
              .state()
              .orElseThrow();
      String again = new String(codec.encodeState(state), UTF_8);
      assertThat(again).contains("\"~new\":[{\"x\":1}]");
      assertThat(again.replaceFirst(",?\"~new\":\\[\\{\"x\":1}]", "")).isEqualTo(known);
    }
    assertThat(objects).isEqualTo(30);
  }

  @Test
  void anUnknownTypeIsSkippedUnlessItIsCritical() throws MalformedException {
    byte[] bytes = encode(Samples.closed());
    assertThatThrownBy(
            () -> codec.decode(EventBytes.changed(bytes, json -> json.put("type", "mended"))))
        .isInstanceOf(NewerFormatException.class)
        .hasMessageContaining("mended");
    Envelope<VolumeEvent, VolumeState> envelope =
        codec.decode(
            EventBytes.changed(bytes, json -> json.put("type", "mended").put("critical", false)));
    assertThat(envelope.event()).isEmpty();
    assertThat(envelope.header().type()).isEqualTo("mended");
    assertThat(envelope.header().critical()).isEqualTo(Critical.NO);
  }

  @Test
  void aNewerEventFormatIsSaidWhateverElseIsInIt() {
    byte[] bytes = encode(Samples.closed());
    assertThatThrownBy(
            () ->
                codec.decode(
                    EventBytes.changed(bytes, json -> json.put("format", 2).remove("number"))))
        .isInstanceOf(NewerFormatException.class);
    assertThatThrownBy(
            () -> codec.decode(text(bytes).replace("\"format\":1", "\"format\":2").getBytes(UTF_8)))
        .isInstanceOf(NewerFormatException.class);
  }

  @Test
  void damagedBytesAreMalformedAndNothingElse() {
    RandomGenerator random = Seeded.random("VolumeBodyCodecTest");
    List<byte[]> encoded = events().stream().map(this::encode).toList();
    for (int run = 0; run < 1000; run++) {
      byte[] bytes = encoded.get(random.nextInt(encoded.size()));
      byte[] json = text(bytes).getBytes(UTF_8);
      byte[] damaged = (random.nextBoolean() ? bytes : json).clone();
      if (random.nextBoolean()) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      } else {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        codec.decode(damaged);
        assertThat(text(damaged)).isEqualTo(text(bytes)); // a bit of zstd's own that says nothing
      } catch (MalformedException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static String text(byte[] stored) {
    try {
      return new String(CompressedCodec.decode(stored), UTF_8);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }
}
