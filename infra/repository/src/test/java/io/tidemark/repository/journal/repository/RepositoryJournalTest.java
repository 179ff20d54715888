package io.tidemark.repository.journal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Transition;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.Policy.Missed;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.HostId;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RepositoryJournalTest {
  private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  private static final VolumeId OTHER = new VolumeId("vol-fedcba98765432100");
  private static final HostId HOST = new HostId("host-0123456789abcdef0");
  private static final PolicyId POLICY = new PolicyId("pol-0123456789abcdef0");
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

  private final RepositoryBodyCodec codec = new RepositoryBodyCodec();
  private final RepositoryFold fold = new RepositoryFold();

  private static RepositoryEvent named(VolumeId id, String name) {
    return new RepositoryEvent.Named(
        id, name, "alpha", "/srv/" + name, new TreeMap<>(Map.of("tier", "gold")), More.NONE);
  }

  private static RepositoryEvent registered(String id, String name) {
    return new RepositoryEvent.Registered(
        new Host(
            new HostId(id),
            name,
            List.of("fast", "slow"),
            List.of(),
            Optional.of("http://10.0.0.7:7070/wake"),
            AT,
            1,
            More.NONE),
        More.NONE);
  }

  private static Policy policy(PolicyId id, String name) {
    return new Policy(
        id,
        name,
        List.of("0 2 * * *", "30 14 * * 1-5"),
        "Europe/Berlin",
        new VolumeSelector(List.of(VOLUME), new TreeMap<>(Map.of("tier", "gold"))),
        Missed.ONCE,
        Duration.ofMinutes(5),
        new Retention(3, Optional.of(Duration.ofDays(2)), 24, 7, 4, 12, 10),
        Activity.ACTIVE,
        AT,
        1,
        More.NONE);
  }

  private static List<RepositoryEvent> events() {
    return List.of(
        registered(HOST.text(), "alpha"),
        named(VOLUME, "web"),
        new RepositoryEvent.Described(
            VOLUME, "beta", "/dev/vdb", new TreeMap<>(Map.of("tier", "silver")), More.NONE),
        named(OTHER, "db"),
        new RepositoryEvent.Unnamed(OTHER, More.NONE),
        new RepositoryEvent.Scheduled(policy(POLICY, "nightly"), More.NONE),
        new RepositoryEvent.Limited(
            new Quotas(OptionalLong.of(100), OptionalLong.empty(), OptionalLong.of(1L << 40)),
            More.NONE));
  }

  private RepositoryState after(List<RepositoryEvent> events) {
    RepositoryState state = fold.empty();
    long number = 0;
    for (RepositoryEvent event : events) {
      number++;
      state =
          switch (fold.apply(state, header(number), event)) {
            case Transition.Legal<RepositoryState>(RepositoryState next) -> next;
            case Transition.Illegal<RepositoryState>(String reason) ->
                throw new AssertionError(event + ": " + reason);
          };
    }
    return state;
  }

  private static EventHeader header(long number) {
    return new EventHeader(
        number, "", new CommitId(1, 2), AT, "tester", "", EventHeader.Critical.YES);
  }

  private void refuses(RepositoryState state, RepositoryEvent event) {
    assertThat(fold.apply(state, header(50), event)).isInstanceOf(Transition.Illegal.class);
  }

  @Test
  void everyEventComesBack() throws MalformedException {
    List<RepositoryEvent> all = new ArrayList<>(events());
    all.add(new RepositoryEvent.Forgotten(OTHER, More.NONE));
    all.add(new RepositoryEvent.Retired(HOST, More.NONE));
    all.add(new RepositoryEvent.Unscheduled(POLICY, More.NONE));
    all.add(new RepositoryEvent.Limited(Quotas.NONE, More.NONE));
    for (RepositoryEvent event : all) {
      ObjectNode members = codec.encode(event);
      assertThat(codec.decode(codec.type(event), members)).contains(event);
      members.put("later", "x");
      RepositoryEvent learned = codec.decode(codec.type(event), members).orElseThrow();
      assertThat(learned.more().json()).isEqualTo("{\"later\":\"x\"}");
      assertThat(codec.encode(learned)).isEqualTo(members);
    }
  }

  @Test
  void theStateIsEncodedAsItEverWas() throws IOException, MalformedException {
    RepositoryState state = after(events());
    byte[] bytes = CanonicalJsonCodec.encode(codec.encodeState(state));
    try (InputStream golden =
        getClass().getResourceAsStream("/golden/format-1/journal/repository-state.json")) {
      assertThat(new String(bytes, UTF_8)).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
    assertThat(codec.decodeState(CanonicalJsonCodec.decode(bytes))).isEqualTo(state);
  }

  @Test
  void theStepsOfAHostAreEncodedAsTheyEverWere() throws IOException, MalformedException {
    Host plain = ((RepositoryEvent.Registered) registered(HOST.text(), "alpha")).host();
    Host host =
        new Host(
            plain.id(),
            plain.name(),
            plain.pools(),
            List.of("srv-db", "mysql"),
            plain.wakeUp(),
            plain.registeredAt(),
            plain.since(),
            More.NONE);
    RepositoryState state = after(List.of(new RepositoryEvent.Registered(host, More.NONE)));
    assertThat(state.find(HOST).orElseThrow().steps()).containsExactly("srv-db", "mysql");
    byte[] bytes = CanonicalJsonCodec.encode(codec.encodeState(state));
    try (InputStream golden =
        getClass().getResourceAsStream("/golden/format-1/journal/host-steps-state.json")) {
      assertThat(new String(bytes, UTF_8)).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
    assertThat(codec.decodeState(CanonicalJsonCodec.decode(bytes))).isEqualTo(state);
  }

  @Test
  void aStateWithoutThemHasNoMembersForHostsAndPolicies() throws MalformedException {
    ObjectNode object = codec.encodeState(RepositoryState.EMPTY);
    assertThat(CanonicalJsonCodec.text(object)).isEqualTo("{\"volumes\":[]}");
    assertThat(codec.decodeState(object)).isEqualTo(RepositoryState.EMPTY);
  }

  @Test
  void unknownMembersStayWithWhatTheyCameWith() throws MalformedException {
    ObjectNode host = codec.encode(registered(HOST.text(), "alpha"));
    host.put("rack", "r7");
    RepositoryState state = after(List.of(codec.decode("registered", host).orElseThrow()));
    assertThat(state.find(HOST).orElseThrow().more().json()).isEqualTo("{\"rack\":\"r7\"}");
    ObjectNode encoded = codec.encodeState(state);
    assertThat(codec.encodeState(codec.decodeState(encoded))).isEqualTo(encoded);
  }

  @Test
  void namesAreUniqueAmongTheirKind() {
    RepositoryState state = after(events());
    refuses(state, named(OTHER, "web"));
    refuses(state, registered("host-00000000000000001", "alpha"));
    refuses(
        state,
        new RepositoryEvent.Scheduled(
            policy(new PolicyId("pol-00000000000000001"), "nightly"), More.NONE));
  }

  @Test
  void whatIsNotThereCannotBeChanged() {
    RepositoryState empty = RepositoryState.EMPTY;
    refuses(empty, new RepositoryEvent.Retired(HOST, More.NONE));
    refuses(empty, new RepositoryEvent.Unscheduled(POLICY, More.NONE));
    refuses(empty, new RepositoryEvent.Described(VOLUME, "a", "/b", new TreeMap<>(), More.NONE));
    refuses(
        after(events()),
        new RepositoryEvent.Described(OTHER, "a", "/b", new TreeMap<>(), More.NONE));
  }

  @Test
  void aLaterEventReplacesWhatAHostOrPolicySays() {
    RepositoryState state = after(events());
    Policy changed = policy(POLICY, "hourly");
    state =
        ((Transition.Legal<RepositoryState>)
                fold.apply(state, header(9), new RepositoryEvent.Scheduled(changed, More.NONE)))
            .state();
    assertThat(state.find(POLICY).orElseThrow()).isEqualTo(changed.with(9, More.NONE));
    assertThat(state.findPolicy("nightly")).isEmpty();
  }

  @Test
  void aSelectorTakesListedVolumesAndThoseWithEveryTag() {
    RepositoryState state = after(List.of(named(VOLUME, "web"), named(OTHER, "db")));
    VolumeSelector byTag = new VolumeSelector(List.of(), new TreeMap<>(Map.of("tier", "gold")));
    VolumeSelector byBoth =
        new VolumeSelector(List.of(OTHER), new TreeMap<>(Map.of("tier", "none")));
    assertThat(state.volumes().values()).allMatch(byTag::selects);
    assertThat(state.volumes().values().stream().filter(byBoth::selects))
        .extracting(RepositoryState.NamedVolume::id)
        .containsExactly(OTHER);
    assertThat(state.volumes().values())
        .noneMatch(new VolumeSelector(List.of(), new TreeMap<>())::selects);
  }

  @Test
  void aPolicyWithoutScheduleOrWithAnUnknownWordIsMalformed() {
    RepositoryEvent event = new RepositoryEvent.Scheduled(policy(POLICY, "nightly"), More.NONE);
    ObjectNode none = codec.encode(event);
    none.putArray("schedules");
    assertThatThrownBy(() -> codec.decode("scheduled", none))
        .isInstanceOf(MalformedException.class);
    ObjectNode word = codec.encode(event);
    word.put("missed", "twice");
    assertThatThrownBy(() -> codec.decode("scheduled", word))
        .isInstanceOf(MalformedException.class);
  }
}
