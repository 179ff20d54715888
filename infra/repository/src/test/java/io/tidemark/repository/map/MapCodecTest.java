package io.tidemark.repository.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.testing.Damage;
import io.tidemark.repository.testing.Seeded;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MapCodecTest {
  private static final VolumeId HOME = new VolumeId("vol-00000000000000001");
  private static final VolumeId OTHER = new VolumeId("vol-fffffffffffffffff");

  private final ChunkHasher hasher = new ChunkHasher();

  @Test
  void readsBackEveryNode() throws MalformedException {
    RandomGenerator random = Seeded.random("MapCodecTest");
    for (int round = 0; round < 2000; round++) {
      int level = 1 + random.nextInt(MapShape.LARGEST_LEVEL);
      @Nullable Reference[] slots = slots(random);
      ByteBuffer plaintext = node(level, slots);
      MapNode read = MapNodeCodec.read(HOME, level, plaintext);
      assertThat(read.level()).isEqualTo(level);
      assertThat(read.copyOfSlots()).isEqualTo(slots);
    }
  }

  @Test
  void noNodeIsLongerThanItsBound() {
    @Nullable Reference[] slots = new @Nullable Reference[MapNode.FAN_OUT];
    for (int i = 0; i < slots.length; i++) {
      boolean even = i % 2 == 0;
      VolumeId volume = new VolumeId(String.format("vol-%017x", 2 + i));
      PackId pack =
          even ? new PackId(volume, Long.MAX_VALUE, PackId.LARGEST_K) : new PackId(volume, 1, 0);
      slots[i] =
          new Reference(new ChunkId(i, i, i, i), pack, Integer.MAX_VALUE - 1, Integer.MAX_VALUE);
    }
    assertThat(node(9, slots).remaining()).isLessThanOrEqualTo(MapNodeCodec.LARGEST_BYTES);
  }

  @Test
  void refusesANodeOfAnotherLevelOrVolume() {
    ByteBuffer plaintext = node(2, slots(new SplittableRandom(1)));
    assertThatThrownBy(() -> MapNodeCodec.read(HOME, 1, plaintext.duplicate()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("level 2");
    assertThatThrownBy(() -> MapNodeCodec.read(OTHER, 2, plaintext.duplicate()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(HOME.text());
    plaintext.put(1, (byte) 2);
    assertThatThrownBy(() -> MapNodeCodec.read(HOME, 2, plaintext))
        .isInstanceOf(NewerFormatException.class);
  }

  @Test
  void hostilePlaintextsAreMalformedOrReadAndNothingElse() {
    RandomGenerator random = Seeded.random("MapCodecTest");
    for (int round = 0; round < 5; round++) {
      Damage.everywhere(
          bytes(node(1, slots(random))),
          damaged -> {
            try {
              MapNodeCodec.read(HOME, 1, ByteBuffer.wrap(damaged));
            } catch (MalformedException expected) {
              assertThat(expected).hasMessageNotContaining("null");
            }
          });
      Damage.everywhere(
          bytes(PackListCodec.write(list(random, 20))),
          damaged -> {
            try {
              PackListCodec.read(HOME, ByteBuffer.wrap(damaged));
            } catch (MalformedException expected) {
              assertThat(expected).hasMessageNotContaining("null");
            }
          });
    }
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      byte[] start = random.nextBoolean() ? new byte[] {'N', 1, 1, 1} : new byte[] {'L', 1, 0, 1};
      System.arraycopy(start, 0, noise, 0, Math.min(start.length, noise.length));
      assertThatThrownBy(() -> MapNodeCodec.read(HOME, 1, ByteBuffer.wrap(noise)))
          .isInstanceOf(MalformedException.class);
      assertThatThrownBy(() -> PackListCodec.read(HOME, ByteBuffer.wrap(noise)))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void everyDamageOfAStoredNodeOrListIsFound() {
    RandomGenerator random = Seeded.random("MapCodecTest");
    try (NodeDecoder decoder = new NodeDecoder();
        FrameEncoder encoder = new FrameEncoder(1)) {
      @Nullable Reference[] slots = slots(random);
      ByteBuffer node = node(1, slots);
      Reference nodeReference = reference(hasher.id(node));
      Damage.everywhere(
          frame(encoder, node),
          damaged -> {
            try {
              MapNode read = decoder.node(nodeReference, 1, ByteBuffer.wrap(damaged));
              assertThat(read.copyOfSlots()).isEqualTo(slots); // a bit of zstd that means nothing
            } catch (NewerFormatException e) {
              throw new AssertionError("damage is taken for a newer format", e);
            } catch (MalformedException expected) {
              assertThat(expected).hasMessageNotContaining("null");
            }
          });
      PackList list = list(random, 50);
      ByteBuffer plaintext = PackListCodec.write(list);
      Reference listReference = reference(hasher.id(plaintext));
      Damage.everywhere(
          frame(encoder, plaintext),
          damaged -> {
            try {
              assertThat(decoder.packList(listReference, ByteBuffer.wrap(damaged))).isEqualTo(list);
            } catch (NewerFormatException e) {
              throw new AssertionError("damage is taken for a newer format", e);
            } catch (MalformedException expected) {
              assertThat(expected).hasMessageNotContaining("null");
            }
          });
    }
  }

  @Test
  void readsBackEveryList() throws MalformedException {
    RandomGenerator random = Seeded.random("MapCodecTest");
    for (int round = 0; round < 300; round++) {
      PackList list = list(random, 1 + random.nextInt(200));
      PackList read = PackListCodec.read(HOME, PackListCodec.write(list));
      assertThat(read).isEqualTo(list);
      assertThat(read.objectBytes())
          .isEqualTo(list.entries().stream().mapToLong(PackUse::objectBytes).sum());
      for (PackUse use : list.entries()) {
        assertThat(read.find(use.pack())).contains(use);
        assertThat(read.contains(new PackId(use.pack().volume(), use.pack().session(), 99_999_998)))
            .isFalse();
      }
    }
  }

  @Test
  void aFullyLivePackTakesFewBytes() {
    PackTally tally = new PackTally();
    RandomGenerator random = Seeded.random("MapCodecTest");
    int packs = 6400; // 100 GiB
    for (int k = 0; k < packs; k++) {
      PackId pack = new PackId(HOME, 2, k);
      int frames = 900 + random.nextInt(200);
      int objectBytes = (16 << 20) - random.nextInt(33_000);
      tally.setObjectBytes(pack, objectBytes);
      int left = objectBytes - 176 - 40 * frames;
      for (int i = 1; i < frames; i++) {
        tally.add(new Reference(new ChunkId(0, 0, 0, i), pack, 80, 15_000));
        left -= 15_000;
      }
      tally.add(new Reference(new ChunkId(0, 0, 0, 0), pack, 80, left));
    }
    try (FrameEncoder encoder = new FrameEncoder(1)) {
      int bytes = frame(encoder, PackListCodec.write(tally.toList(HOME))).length;
      System.out.println("Pack list of 100 GiB: " + bytes + " bytes");
      assertThat(bytes).isLessThan(26 << 10);
    }
  }

  @Test
  void namesWhatAListAndAMapDisagreeAbout() {
    RandomGenerator random = Seeded.random("MapCodecTest");
    PackList list = list(random, 10);
    PackTally tally = PackTally.of(list);
    assertThat(tally.compare(list)).isEmpty();
    PackId unlisted = new PackId(OTHER, 77, 7);
    tally.add(new Reference(new ChunkId(0, 0, 0, 0), unlisted, 80, 100));
    assertThat(tally.compare(list))
        .singleElement()
        .satisfies(wrong -> assertThat(wrong.pack()).isEqualTo(unlisted))
        .satisfies(wrong -> assertThat(wrong.isMissing()).isTrue());
    PackTally less = PackTally.of(list);
    PackUse use = list.entries().get(3);
    less.remove(new Reference(new ChunkId(0, 0, 0, 0), use.pack(), 80, 1));
    assertThat(less.compare(list))
        .singleElement()
        .satisfies(wrong -> assertThat(wrong.isMissing()).isFalse());
  }

  private static Reference reference(ChunkId id) {
    return new Reference(id, new PackId(HOME, 1, 0), 80, 1);
  }

  private static byte[] frame(FrameEncoder encoder, ByteBuffer plaintext) {
    ByteBuffer frame = ByteBuffer.allocate(FrameEncoder.largestFrameBytes(plaintext.remaining()));
    int length = encoder.encode(plaintext, frame);
    return Arrays.copyOf(frame.array(), length);
  }

  private static ByteBuffer node(int level, @Nullable Reference[] slots) {
    ByteBuffer to = ByteBuffer.allocate(MapNodeCodec.LARGEST_BYTES);
    MapNodeCodec.write(HOME, level, slots, to);
    return to.flip();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  private static @Nullable Reference[] slots(RandomGenerator random) {
    @Nullable Reference[] slots = new @Nullable Reference[MapNode.FAN_OUT];
    int present = 1 + random.nextInt(MapNode.FAN_OUT);
    for (int i = 0; i < present; i++) {
      PackId pack =
          new PackId(
              random.nextInt(4) == 0 ? OTHER : HOME,
              1 + (random.nextLong() >>> (1 + random.nextInt(62))),
              random.nextInt(1 + (PackId.LARGEST_K >> random.nextInt(26))));
      int offset = random.nextInt(1 << 30);
      for (int run = 0; run < 5; run++) {
        int length = 1 + random.nextInt(1 << (1 + random.nextInt(25)));
        slots[random.nextInt(MapNode.FAN_OUT)] =
            new Reference(
                new ChunkId(
                    random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
                pack,
                offset,
                length);
        offset += length;
      }
    }
    return slots;
  }

  private static PackList list(RandomGenerator random, int packs) {
    PackTally tally = new PackTally();
    long session = 1;
    for (int i = 0; i < packs; i++) {
      session += random.nextInt(2) * (long) random.nextInt(1 << random.nextInt(20));
      PackId pack =
          new PackId(
              random.nextInt(5) == 0 ? OTHER : HOME, session, random.nextInt(PackId.LARGEST_K));
      tally.setObjectBytes(pack, random.nextInt(1 << (1 + random.nextInt(29))));
      for (int frames = 1 + random.nextInt(20); frames > 0; frames--) {
        tally.add(new Reference(new ChunkId(0, 0, 0, i), pack, 80, 1 + random.nextInt(1 << 20)));
      }
    }
    tally.addList(new PackId(HOME, session + 1, 0));
    return tally.toList(HOME);
  }
}
