package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.policy.Judgement;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.policy.RetentionPlan;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which snapshots a policy would keep and which it would delete if it were carried out now, and
/// why; volume by volume.
@FunctionBean("policy-preview")
public final class PolicyPreviewFunction implements ApiFunction {
  private static final String LIST = "preview";

  /// So many journals are read for one page.
  private static final int MOST_VOLUMES = 100;

  private final OpenRepository opened;

  PolicyPreviewFunction(OpenRepository opened) {
    this.opened = opened;
  }

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

  @Override
  public Answer apply(Call call) {
    String name = PathParameters.policy(call);
    int limit = Page.limit(call.query());
    Place from =
        call.query().value("cursor", PolicyPreviewFunction::place).orElse(new Place("", 0));
    Repository repository = opened.of(call);
    RepositoryState state = repository.journal().read().state();
    Policy policy = Policies.find(state, name);
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
      List<Decision> all = decisions(repository, policy, volume);
      int skipped = volume.name().equals(from.volume()) ? Math.min(from.shown(), all.size()) : 0;
      int taken = Math.min(limit - decisions.size(), all.size() - skipped);
      decisions.addAll(all.subList(skipped, skipped + taken));
      if (skipped + taken < all.size()) {
        return page(decisions, new Place(volume.name(), skipped + taken));
      }
    }
    return Answer.ok(new PreviewPage(decisions, Optional.empty()));
  }

  private static Answer page(List<Decision> decisions, Place next) {
    String last = next.volume() + " " + next.shown();
    return Answer.ok(new PreviewPage(decisions, Optional.of(new PageCursor(LIST, last).text())));
  }

  /// @param shown of that volume's snapshots already
  private record Place(String volume, int shown) {}

  private static Place place(String cursor) {
    String last = PageCursor.parse(LIST, cursor).last();
    int space = last.indexOf(' ');
    if (space < 0 || !last.substring(space + 1).matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("'cursor' is none that an answer gave as 'next'");
    }
    return new Place(last.substring(0, space), Integer.parseInt(last.substring(space + 1)));
  }

  private static List<Decision> decisions(
      Repository repository, Policy policy, NamedVolume volume) {
    Reading<VolumeEvent, VolumeState> reading = repository.journal(volume.id()).read();
    boolean concerned =
        policy.volumes().selects(volume)
            || reading.state().entries().values().stream().anyMatch(entry -> isOf(policy, entry));
    return concerned
        ? RetentionPlan.of(
                policy.retention(),
                policy.id(),
                ZoneId.of(policy.zone()),
                reading.state(),
                reading.storeTime())
            .stream()
            .map(judgement -> decision(policy, volume, judgement))
            .toList()
        : List.of();
  }

  private static boolean isOf(Policy policy, Entry entry) {
    return entry.schedule().map(Schedule::policy).filter(policy.id()::equals).isPresent();
  }

  private static Decision decision(Policy policy, NamedVolume volume, Judgement judgement) {
    Entry entry = judgement.snapshot();
    return new Decision(
        entry.snapshot().text(),
        volume.name(),
        entry.label().name(),
        isOf(policy, entry) ? entry.schedule().map(Schedule::due) : Optional.empty(),
        judgement.verdict() == Judgement.Verdict.KEEP,
        judgement.reasons());
  }
}
