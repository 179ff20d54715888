package io.tidemark.functions.console;

import io.tidemark.functions.console.view.Dialog;
import io.tidemark.functions.console.view.PolicyForm;
import io.tidemark.functions.function.PolicyListFunction.PolicyPage;
import io.tidemark.functions.function.PolicyPreview.Decision;
import io.tidemark.functions.function.PolicyPreview.PreviewPage;
import io.tidemark.functions.function.ShownPolicy;
import io.tidemark.functions.http.Failures;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Policies: the list, and one of them to be looked at or changed.
final class PolicySection implements Section {
  private static final String LIST = Visit.ROOT + "/policies";
  private static final String API = "/v1/policies";
  private static final String NEW = "new";
  private static final String SHOWN = "100";

  private final Functions functions;
  private final Replies replies;

  PolicySection(Functions functions, Replies replies) {
    this.functions = functions;
    this.replies = replies;
  }

  @Override
  public RawAnswer answer(Visit visit) {
    String policy = visit.segment(1);
    if (policy.isEmpty()) {
      return list(visit);
    }
    return switch (visit.segment(2)) {
      case "" -> visit.isPost() ? save(visit) : show(visit);
      case "delete" -> delete(visit);
      default -> throw Visit.notFound();
    };
  }

  private RawAnswer list(Visit visit) {
    PolicyPage page = functions.get(visit, PolicyPage.class, API, Map.of("limit", "200"));
    return replies.page(
        visit, "policies", Map.of("policies", page.policies(), "volumes", volumes(visit)));
  }

  /// Names by id, in the order of the names.
  private Map<String, String> volumes(Visit visit) {
    Map<String, String> names = new LinkedHashMap<>();
    functions.repository(visit).journal().read().state().volumes().values().stream()
        .filter(volume -> volume.life() == Life.OPEN)
        .sorted(Comparator.comparing(NamedVolume::name))
        .forEach(volume -> names.put(volume.id().text(), volume.name()));
    return names;
  }

  private String address(Visit visit) {
    return API + "/" + Functions.encoded(visit.segment(1));
  }

  private RawAnswer show(Visit visit) {
    if (visit.segment(1).equals(NEW)) {
      return form(
          Status.OK,
          visit,
          new PolicyForm(
              "",
              Map.of("zone", visit.texts().zone().getId(), "active", "on", "count", "7"),
              Set.of(),
              volumes(visit),
              Set.of(),
              List.of(),
              Optional.empty()));
    }
    ShownPolicy policy = functions.get(visit, ShownPolicy.class, address(visit));
    WeekGrid grid = WeekGrid.of(policy.schedules());
    return form(
        Status.OK,
        visit,
        new PolicyForm(
            policy.id(),
            PolicyFields.of(policy, grid),
            grid.ticked(),
            volumes(visit),
            Set.copyOf(policy.volumes()),
            preview(visit),
            Optional.empty()));
  }

  private List<Decision> preview(Visit visit) {
    return functions
        .get(visit, PreviewPage.class, address(visit) + "/preview", Map.of("limit", SHOWN))
        .decisions();
  }

  private RawAnswer form(int status, Visit visit, PolicyForm form) {
    return replies.page(status, "policy", Map.of("v", visit.view(), "form", form));
  }

  private RawAnswer save(Visit visit) {
    boolean isNew = visit.segment(1).equals(NEW);
    try {
      ShownPolicy saved =
          (ShownPolicy)
              functions
                  .change(
                      visit,
                      isNew ? "POST" : "PUT",
                      isNew ? API : address(visit),
                      PolicyFields.members(visit))
                  .document()
                  .orElseThrow();
      return Replies.redirect(LIST + "/" + saved.id() + "?done=saved");
    } catch (RuntimeException e) {
      Problem problem = Failures.problem(e);
      if (problem.status() == Status.INTERNAL) {
        throw e;
      }
      return form(
          problem.status(),
          visit,
          new PolicyForm(
              isNew ? "" : visit.segment(1),
              new HashMap<>(visit.form()),
              WeekGrid.ticked(visit.form().keySet()),
              volumes(visit),
              PolicyFields.volumes(visit),
              List.of(),
              Optional.of(Console.trouble(visit.texts(), problem))));
    }
  }

  private RawAnswer delete(Visit visit) {
    ShownPolicy policy = functions.get(visit, ShownPolicy.class, address(visit));
    Dialog dialog =
        Dialogs.danger(
            visit,
            "policy-delete",
            List.of(
                visit.t("policy-delete.fact", policy.name()),
                visit.t(
                    "policy-delete.kept",
                    visit
                        .texts()
                        .number(
                            preview(visit).stream().filter(one -> one.due().isPresent()).count()))),
            List.of(),
            LIST);
    return Dialogs.answer(
        visit,
        replies,
        dialog,
        () -> {
          functions.delete(visit, address(visit), Map.of());
          return LIST + "?done=policy-deleted";
        });
  }
}
