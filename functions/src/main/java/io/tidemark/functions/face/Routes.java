package io.tidemark.functions.face;

import static io.tidemark.functions.access.Role.OPERATOR;
import static io.tidemark.functions.access.Role.READER;

import io.tidemark.functions.access.Role;
import io.tidemark.functions.face.Route.Body;
import java.util.List;
import java.util.Set;

/// Every route that there is; `openapi.json` describes the same.
public final class Routes {
  private static final String SNAPSHOT = "/v1/snapshots/{snapshot}";

  public static final List<Route> ALL =
      List.of(
          get("/v1/openapi.json", "openapi"),
          get("/v1/volumes", "volume-list", "host", "tag", "limit", "cursor"),
          get("/v1/volumes/{volume}", "volume-show"),
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
              "cursor"),
          get(SNAPSHOT, "snapshot-show"),
          change("PATCH", SNAPSHOT, "snapshot-update", OPERATOR),
          new Route("DELETE", SNAPSHOT, "snapshot-delete", OPERATOR, Body.NONE, Set.of("now")),
          change("POST", SNAPSHOT + "/undelete", "snapshot-undelete", OPERATOR),
          change("POST", SNAPSHOT + "/hold", "snapshot-hold", OPERATOR),
          change("POST", SNAPSHOT + "/release", "snapshot-release", OPERATOR),
          get(SNAPSHOT + "/diff", "snapshot-diff", "older", "limit", "cursor"));

  private Routes() {}

  private static Route get(String template, String function, String... query) {
    return new Route("GET", template, function, READER, Body.NONE, Set.of(query));
  }

  private static Route change(String method, String template, String function, Role role) {
    return new Route(method, template, function, role, Body.JSON, Set.of());
  }
}
