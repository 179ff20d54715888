package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Parameters;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.policy.Judgement;
import io.tidemark.repository.policy.Policies.Terms;
import io.tidemark.repository.policy.RetentionPlan;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which snapshots terms would keep and which they would delete if they were carried out now, and
/// why; volume by volume.
///
/// @param policy whose snapshots they judge
public record PolicyPreview(Repository repository, PolicyId policy, Terms terms) {
  private static final String LIST = "preview";

  /// So many journals are read for one page.
  private static final int MOST_VOLUMES = 100;

  /// @param due for which the policy made it; empty for one that it did not make
  /// @param keep false for one that goes
  @Serdeable
  public record Decision(
      String snapshot,
      String volume,
      String name,
      Optional<Instant> due,
      boolean keep,
      List<String> reasons) {
    public Decision {
      reasons = List.copyOf(reasons);
    }
  }

  /// @param next the cursor of the next page; a page may be short and still have one
  @Serdeable
  public record PreviewPage(List<Decision> decisions, Optional<String> next) {
    public PreviewPage {
      decisions = List.copyOf(decisions);
    }
  }

  /// Which part of it is wanted.
  record Part(int limit, Place from) {
    static Part of(Parameters query) {
      return new Part(
          Page.limit(query), query.value("cursor", PolicyPreview::place).orElse(new Place("", 0)));
    }
  }

  /// @param shown of that volume's snapshots already
  record Place(String volume, int shown) {}

  PreviewPage page(RepositoryState state, Part part) {
    Place from = part.from();
    List<NamedVolume> volumes =
        state.volumes().values().stream()
            .filter(volume -> volume.life() == Life.OPEN)
            .filter(volume -> volume.name().compareTo(from.volume()) >= 0)
            .sorted(Comparator.comparing(NamedVolume::name))
            .toList();
    List<Decision> decisions = new ArrayList<>();
    int read = 0;
    for (NamedVolume volume : volumes) {
      if (read++ == MOST_VOLUMES) {
        return page(decisions, new Place(volume.name(), 0));
      }
      List<Decision> all = decisions(volume);
      int skipped = volume.name().equals(from.volume()) ? Math.min(from.shown(), all.size()) : 0;
      int taken = Math.min(part.limit() - decisions.size(), all.size() - skipped);
      decisions.addAll(all.subList(skipped, skipped + taken));
      if (skipped + taken < all.size()) {
        return page(decisions, new Place(volume.name(), skipped + taken));
      }
    }
    return new PreviewPage(decisions, Optional.empty());
  }

  private static PreviewPage page(List<Decision> decisions, Place next) {
    String last = next.volume() + " " + next.shown();
    return new PreviewPage(decisions, Optional.of(new PageCursor(LIST, last).text()));
  }

  private static Place place(String cursor) {
    String last = PageCursor.parse(LIST, cursor).last();
    int space = last.indexOf(' ');
    if (space < 0 || !last.substring(space + 1).matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("'cursor' is none that an answer gave as 'next'");
    }
    return new Place(last.substring(0, space), Integer.parseInt(last.substring(space + 1)));
  }

  private List<Decision> decisions(NamedVolume volume) {
    Reading<VolumeEvent, VolumeState> reading = repository.journal(volume.id()).read();
    boolean concerned =
        terms.volumes().selects(volume)
            || reading.state().entries().values().stream().anyMatch(this::isOwn);
    return concerned
        ? RetentionPlan.of(
                terms.retention(),
                policy,
                ZoneId.of(terms.zone()),
                reading.state(),
                reading.storeTime())
            .stream()
            .map(judgement -> decision(volume, judgement))
            .toList()
        : List.of();
  }

  private boolean isOwn(Entry entry) {
    return entry.schedule().map(Schedule::policy).filter(policy::equals).isPresent();
  }

  private Decision decision(NamedVolume volume, Judgement judgement) {
    Entry entry = judgement.snapshot();
    return new Decision(
        entry.snapshot().text(),
        volume.name(),
        entry.label().name(),
        isOwn(entry) ? entry.schedule().map(Schedule::due) : Optional.empty(),
        judgement.verdict() == Judgement.Verdict.KEEP,
        judgement.reasons());
  }
}
