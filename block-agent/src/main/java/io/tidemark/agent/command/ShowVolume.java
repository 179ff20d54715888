package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.source.Outlook;
import io.tidemark.agent.source.Outlooks;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.agent.source.SourceException;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Show one volume.",
    footer = {"", "Example: tidemark volume show web"})
final class ShowVolume extends Verb {
  @Parameters(
      paramLabel = "NAME",
      converter = VolumeNameConverter.class,
      description = "See: tidemark volume list.")
  @SuppressWarnings("NullAway.Init")
  private VolumeName name;

  @Override
  protected Answer answer(Workplace workplace) throws IOException {
    NamedVolume volume = workplace.volumes().find(name.text());
    VolumeState state = workplace.repository().journal(volume.id()).read().state();
    if (!volume.host().equals(workplace.host())) {
      return new Described(volume, state, Optional.empty(), List.of());
    }
    List<QuiesceStep> steps = workplace.thisHost().quiesceSteps(workplace.repository(), volume);
    try {
      return new Described(
          volume,
          state,
          Optional.of(Outlooks.of(SourceAddress.parse(volume.source()), volume.id())),
          steps);
    } catch (IllegalArgumentException | SourceException e) {
      workplace.console().say("The source cannot be had now. " + e.getMessage());
      return new Described(volume, state, Optional.empty(), steps);
    }
  }

  /// @param outlook as seen now, where this is the volume's host
  /// @param quiesce what `volume add` noted here
  private record Described(
      NamedVolume volume, VolumeState state, Optional<Outlook> outlook, List<QuiesceStep> quiesce)
      implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          members -> {
            VolumeFace.members(members, volume);
            members.put("chunkBytes", state.volume().map(opened -> opened.chunkSize().bytes()));
            members.put("sizeBytes", sizeBytes());
            outlook.ifPresent(seen -> OutlookFace.members(members, seen));
            members.array("quiesce", quiesce, step -> members.text(step.text()));
            members.object("snapshots", counts -> counted().forEach(counts::put));
            members.array("holds", state.holds().values(), hold -> HoldFace.json(json, hold));
          });
    }

    @Override
    public void text(PrintWriter out) {
      out.println("name       " + volume.name());
      out.println("id         " + volume.id());
      out.println("source     " + Shown.of(volume.source()));
      out.println("host       " + Shown.of(volume.host()));
      state
          .volume()
          .ifPresent(
              opened -> out.println("chunks of  " + ByteCount.text(opened.chunkSize().bytes())));
      sizeBytes().ifPresent(size -> out.println("size       " + ByteCount.text(size)));
      outlook.ifPresent(seen -> OutlookFace.lines(seen).forEach(out::println));
      quiesce.forEach(step -> out.println("quiesce    " + Shown.of(step.text())));
      out.println("snapshots  " + (counted().isEmpty() ? "none" : countedText()));
      for (Hold hold : state.holds().values()) {
        out.println("hold       " + HoldFace.text(hold));
      }
    }

    /// Of the newest snapshot; of the source itself as long as there is none.
    private Optional<Long> sizeBytes() {
      return state.entries().values().stream()
          .map(Entry::content)
          .flatMap(Optional::stream)
          .max(Comparator.comparingLong(Phase.Content::commit))
          .map(content -> content.root().sizeBytes())
          .or(() -> outlook.flatMap(seen -> seen.sizeBytes().stream().boxed().findFirst()));
    }

    /// `13 ready, 1 trashed`.
    private String countedText() {
      return counted().entrySet().stream()
          .map(count -> count.getValue() + " " + count.getKey().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", "));
    }

    private Map<String, Long> counted() {
      Map<String, Long> counts = new TreeMap<>();
      state.entries().values().forEach(entry -> counts.merge(entry.phase().word(), 1L, Long::sum));
      return counts;
    }
  }
}
