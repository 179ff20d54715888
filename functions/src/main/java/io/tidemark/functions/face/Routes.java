package io.tidemark.functions.face;

import static io.tidemark.functions.access.Role.ADMINISTRATOR;
import static io.tidemark.functions.access.Role.OPERATOR;
import static io.tidemark.functions.access.Role.READER;

import io.tidemark.functions.access.Role;
import io.tidemark.functions.face.Route.Body;
import java.util.List;
import java.util.Set;

/// Every route that there is; `openapi.json` describes the same.
public final class Routes {
  private static final String POLICY = "/v1/policies/{policy}";
  private static final String SNAPSHOT = "/v1/snapshots/{snapshot}";

  public static final List<Route> ALL =
      List.of(
          get("/v1/openapi.json", "openapi"),
          get("/v1/volumes", "volume-list", "host", "tag", "limit", "cursor").repeating("tag"),
          get("/v1/volumes/{volume}", "volume-show"),
          change("POST", "/v1/volumes/{volume}/snapshots", "snapshot-create", OPERATOR),
          get("/v1/volumes/{volume}/restores/{hold}", "restore-show"),
          get("/v1/volumes/{volume}/usage", "volume-usage"),
          get(
                  "/v1/snapshots",
                  "snapshot-list",
                  "volume",
                  "state",
                  "name",
                  "tag",
                  "from",
                  "until",
                  "limit",
                  "cursor")
              .repeating("tag"),
          change("POST", "/v1/snapshots/delete", "snapshot-delete-many", OPERATOR),
          get(SNAPSHOT, "snapshot-show"),
          change("PATCH", SNAPSHOT, "snapshot-update", OPERATOR),
          new Route("DELETE", SNAPSHOT, "snapshot-delete", OPERATOR, Body.NONE, Set.of("now")),
          change("POST", SNAPSHOT + "/undelete", "snapshot-undelete", OPERATOR),
          change("POST", SNAPSHOT + "/hold", "snapshot-hold", OPERATOR),
          change("POST", SNAPSHOT + "/release", "snapshot-release", OPERATOR),
          change("POST", SNAPSHOT + "/restore", "snapshot-restore", OPERATOR),
          get(SNAPSHOT + "/diff", "snapshot-diff", "older", "limit", "cursor"),
          change("POST", "/v1/policies", "policy-create", ADMINISTRATOR),
          get("/v1/policies", "policy-list", "limit", "cursor"),
          get(POLICY, "policy-show"),
          change("PUT", POLICY, "policy-update", ADMINISTRATOR),
          new Route("DELETE", POLICY, "policy-delete", ADMINISTRATOR, Body.NONE, Set.of()),
          get(POLICY + "/preview", "policy-preview", "limit", "cursor"),
          new Route(
              "POST",
              "/v1/policy-preview",
              "policy-preview-unsaved",
              READER,
              Body.JSON,
              Set.of("limit", "cursor")),
          get("/v1/usage", "usage", "limit", "cursor"),
          get("/v1/quotas", "quota-show"),
          change("PUT", "/v1/quotas", "quota-set", ADMINISTRATOR),
          get("/v1/hosts", "host-list", "limit", "cursor"),
          change("POST", "/v1/functions/{function}", "function-run", ADMINISTRATOR));

  private Routes() {}

  private static Route get(String template, String function, String... query) {
    return new Route("GET", template, function, READER, Body.NONE, Set.of(query));
  }

  private static Route change(String method, String template, String function, Role role) {
    return new Route(method, template, function, role, Body.JSON, Set.of());
  }
}
