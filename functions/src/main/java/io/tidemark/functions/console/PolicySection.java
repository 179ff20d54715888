package io.tidemark.functions.console;

import io.tidemark.functions.console.view.PolicyForm;
import io.tidemark.functions.console.view.PolicyPreviewPart;
import io.tidemark.functions.function.PolicyListFunction.PolicyPage;
import io.tidemark.functions.function.PolicyPreview.Decision;
import io.tidemark.functions.function.PolicyPreview.PreviewPage;
import io.tidemark.functions.function.ShownPolicy;
import io.tidemark.functions.http.Failures;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
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

  /// So many thousands of snapshots are decided about for one page.
  private static final int MOST_PAGES = 10;

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
      case "preview" -> unsaved(visit);
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
              Optional.empty(),
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
            Optional.of(preview(visit)),
            Optional.empty()));
  }

  private PolicyPreviewPart preview(Visit visit) {
    String path = address(visit) + "/preview";
    return preview(query -> functions.get(visit, PreviewPage.class, path, query));
  }

  private interface Pages {
    PreviewPage page(Map<String, String> query);
  }

  private static PolicyPreviewPart preview(Pages pages) {
    List<Decision> decisions = new ArrayList<>();
    Optional<String> cursor = Optional.of("");
    for (int i = 0; i < MOST_PAGES && cursor.isPresent(); i++) {
      PreviewPage page = pages.page(Map.of("limit", "1000", "cursor", cursor.get()));
      decisions.addAll(page.decisions());
      cursor = page.next();
    }
    return PolicyPreviewPart.of(
        decisions, cursor.isPresent() ? PolicyPreviewPart.More.SOME : PolicyPreviewPart.More.NONE);
  }

  /// The part of the page that tells what the form as it is filled in would do.
  private RawAnswer unsaved(Visit visit) {
    if (!visit.isPost()) {
      throw Visit.notFound();
    }
    PolicyPreviewPart part;
    try {
      Map<String, Object> members = new HashMap<>(PolicyFields.members(visit));
      members.put("name", judged(visit));
      part =
          preview(
              query ->
                  functions.post(visit, PreviewPage.class, "/v1/policy-preview", query, members));
    } catch (RuntimeException e) {
      Problem problem = Failures.problem(e);
      if (problem.status() >= Status.INTERNAL) {
        throw e;
      }
      // A form that is not filled in yet is no failure.
      part = PolicyPreviewPart.of(Console.trouble(visit.texts(), problem));
    }
    return replies.page(visit, "policy-preview", Map.of("preview", part));
  }

  /// Whose snapshots are judged: those of the policy as it is called now, whatever it will be
  /// called.
  private String judged(Visit visit) {
    if (!visit.segment(1).equals(NEW)) {
      return functions.get(visit, ShownPolicy.class, address(visit)).name();
    }
    return visit.field("name").isEmpty() ? NEW : visit.field("name");
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
              Optional.empty(),
              Optional.of(Console.trouble(visit.texts(), problem))));
    }
  }

  private RawAnswer delete(Visit visit) {
    ShownPolicy policy = functions.get(visit, ShownPolicy.class, address(visit));
    return Dialogs.answer(
        visit,
        replies,
        () ->
            Dialogs.danger(
                visit,
                "policy-delete",
                List.of(
                    visit.t("policy-delete.fact", policy.name()),
                    visit.t("policy-delete.kept", visit.texts().number(made(visit, policy)))),
                List.of(),
                LIST),
        () -> {
          functions.delete(visit, address(visit), Map.of());
          return LIST + "?done=policy-deleted";
        });
  }

  /// How many snapshots of the policy there are; of disks that it is for no more, too.
  private long made(Visit visit, ShownPolicy policy) {
    Repository repository = functions.repository(visit);
    PolicyId id = new PolicyId(policy.id());
    return new Volumes(repository)
        .list().parallelStream()
            .flatMap(
                volume ->
                    repository.journal(volume.id()).read().state().entries().values().stream())
            .filter(entry -> entry.phase() instanceof Phase.Ready)
            .filter(entry -> entry.schedule().filter(by -> by.policy().equals(id)).isPresent())
            .count();
  }
}
