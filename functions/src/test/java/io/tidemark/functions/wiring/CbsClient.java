package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.SigningKey;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/// Somebody who signs requests of the CBS API as an SDK does.
final class CbsClient {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String TYPE = "application/json";

  private final Served served;
  private final Role role;
  private final String language;

  CbsClient(Served served, Role role) {
    this(served, role, "en-US");
  }

  private CbsClient(Served served, Role role, String language) {
    this.served = served;
    this.role = role;
    this.language = language;
  }

  CbsClient inChinese() {
    return new CbsClient(served, role, "zh-CN");
  }

  /// The `Response` of an answer.
  JsonNode call(String action, String body) throws Exception {
    return response(served.send(signed(action, body)));
  }

  /// The code of the error that is expected.
  String error(String action, String body) throws Exception {
    JsonNode response = call(action, body);
    assertThat(response.path("Error").path("Message").asText()).as("%s", response).isNotEmpty();
    return response.path("Error").path("Code").asText();
  }

  static JsonNode response(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/json");
    JsonNode document = JSON.readTree(answer.body());
    assertThat(document.size()).isEqualTo(1);
    JsonNode response = document.path("Response");
    assertThat(response.path("RequestId").asText())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    if (response.has("Error")) {
      assertThat(response.size()).isEqualTo(2);
    }
    return response;
  }

  HttpRequest.Builder signed(String action, String body) throws Exception {
    String timestamp = Long.toString(Served.NOW.getEpochSecond());
    String date = Served.NOW.toString().substring(0, 10);
    String canonical =
        "POST\n/\n\ncontent-type:"
            + TYPE
            + "\nhost:"
            + served.uri().getAuthority()
            + "\n\ncontent-type;host\n"
            + hash(body);
    String scope = date + "/cbs/tc3_request";
    byte[] signature =
        new SigningKey(Served.token(role))
            .sign(
                "TC3",
                List.of(date, "cbs", "tc3_request"),
                "TC3-HMAC-SHA256\n" + timestamp + "\n" + scope + "\n" + hash(canonical));
    return served
        .request("/")
        .header("Content-Type", TYPE)
        .header("X-TC-Action", action)
        .header("X-TC-Version", "2017-03-12")
        .header("X-TC-Timestamp", timestamp)
        .header("X-TC-Region", "local")
        .header("X-TC-Language", language)
        .header(
            "Authorization",
            "TC3-HMAC-SHA256 Credential="
                + Served.secretId(role)
                + "/"
                + scope
                + ", SignedHeaders=content-type;host, Signature="
                + HexFormat.of().formatHex(signature))
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static String hash(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
