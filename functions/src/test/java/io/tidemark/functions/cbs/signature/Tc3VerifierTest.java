package io.tidemark.functions.cbs.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.KeyHolder;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.SigningKey;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.RawRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The vectors were taken from the official SDKs over the wire, and worked out anew elsewhere.
class Tc3VerifierTest {
  private static final String JSON = "application/json";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JAVA_BODY =
      "{\"Filters\":[{\"Values\":[\"a b*\",\"é\"],\"Name\":\"snapshot-name\"}],\"Limit\":5}";
  private static final String PYTHON_BODY =
      "{\"Filters\": [{\"Name\": \"snapshot-name\", \"Values\": [\"a b*\", \"\\u00e9\"]}],"
          + " \"Limit\": 5}";
  private static final String NODE_BODY =
      "{\"Filters\":[{\"Name\":\"snapshot-name\",\"Values\":[\"a b*\",\"é\"]}],\"Limit\":5}";
  private static final String PYTHON_SIGNATURE =
      "1455ded22e43dfcc41eb8f299110940059002dbc105367fa9c04e5978b908fbf";

  private static final Caller CALLER = new Caller("me", Role.OPERATOR);

  /// A request as it came.
  private record Sent(
      String method,
      String query,
      String body,
      String type,
      String host,
      String timestamp,
      String scope,
      String signature) {
    RawRequest request(Map<String, String> more) {
      Map<String, List<String>> headers = new HashMap<>();
      headers.put("Content-Type", List.of(type));
      headers.put("Host", List.of(host));
      headers.put("X-TC-Timestamp", List.of(timestamp));
      headers.put(
          "Authorization",
          List.of(
              "TC3-HMAC-SHA256 Credential=AKID/"
                  + scope
                  + ", SignedHeaders=content-type;host, Signature="
                  + signature));
      more.forEach((name, value) -> headers.put(name, List.of(value)));
      return new RawRequest(
          method, "/", query, headers, new RawBody(body.getBytes(StandardCharsets.UTF_8)));
    }

    Instant at() {
      return Instant.ofEpochSecond(Long.parseLong(timestamp));
    }
  }

  private static Sent python() {
    return new Sent(
        "POST",
        "",
        PYTHON_BODY,
        JSON,
        "127.0.0.1:38471",
        "1795216232",
        "2026-11-20/cbs/tc3_request",
        PYTHON_SIGNATURE);
  }

  private static Tc3Verifier verifier(String id, String key, String... otherHosts) {
    return new Tc3Verifier(
        Tokens.single(new KeyHolder(id, new SigningKey(key), CALLER)), List.of(otherHosts));
  }

  private static void assertVerified(Sent sent, Map<String, String> more) {
    assertThat(verifier("AKID", "KEY").verify(sent.request(more), sent.at())).isEqualTo(CALLER);
  }

  private static void assertRefused(RawRequest request, Instant now, String code) {
    assertThatThrownBy(() -> verifier("AKID", "KEY").verify(request, now))
        .isInstanceOfSatisfying(
            CbsException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageNotContaining("KEY")
        .hasMessageNotContaining("1455ded2");
  }

  @Test
  void knowsWhatTheJavaSdkPosts() {
    String type = "application/json; charset=utf-8";
    assertVerified(
        new Sent(
            "POST",
            "",
            JAVA_BODY,
            type,
            "127.0.0.1:38471",
            "1795216275",
            "2026-11-20/127/tc3_request",
            "f2491d1deedbafb28bfcd862f8727849b426e5376c34f5314ec54613c9774c54"),
        Map.of());
    assertVerified(
        new Sent(
            "POST",
            "",
            JAVA_BODY,
            type,
            "localhost:38471",
            "1795216275",
            "2026-11-20/localhost:38471/tc3_request",
            "676c384a2a898d6d78bca1e8c02724698348410db03098f2e019ee99fc1a4ea2"),
        Map.of());
  }

  @Test
  void knowsWhatTheJavaSdkGets() {
    assertVerified(
        new Sent(
            "GET",
            "Filters.0.Values.1=%C3%A9&Filters.0.Values.0=a+b*&Filters.0.Name=snapshot-name"
                + "&Limit=5",
            "",
            FORM,
            "127.0.0.1:38471",
            "1795216275",
            "2026-11-20/127/tc3_request",
            "d3ac1758042bb31deb8fffdb07890f17d8612b14ecc3e1dd9dd95a830bb2e9da"),
        Map.of());
  }

  @Test
  void knowsWhatThePythonSdkPosts() {
    assertVerified(python(), Map.of());
    Sent withScheme =
        new Sent(
            "POST",
            "",
            PYTHON_BODY,
            JSON,
            "http://127.0.0.1:38471",
            "1795216232",
            "2026-11-20/cbs/tc3_request",
            "b4fed322b167526fc1eaf0873c76aa86ba222cae9f5d5b3df8f12150c41de2aa");
    assertVerified(withScheme, Map.of());
    Sent unsigned =
        new Sent(
            "POST",
            "",
            PYTHON_BODY,
            JSON,
            "127.0.0.1:38471",
            "1795216232",
            "2026-11-20/cbs/tc3_request",
            "e7d22d091335a91972889bfceb5d5d61734bc965769177ff61f8c637649e0770");
    assertVerified(unsigned, Map.of("X-TC-Content-SHA256", "UNSIGNED-PAYLOAD"));
    assertRefused(unsigned.request(Map.of()), unsigned.at(), "AuthFailure.SignatureFailure");
  }

  @Test
  void knowsWhatTheNodeSdkSignsWithoutThePort() {
    assertVerified(
        new Sent(
            "POST",
            "",
            NODE_BODY,
            JSON,
            "127.0.0.1:38471",
            "1795216358",
            "2026-11-20/127/tc3_request",
            "ec868fecfe63d7cad11afe1e5735e8401afd94d2da5e4d2c477683de31b0375c"),
        Map.of());
    assertVerified(
        new Sent(
            "GET",
            "Filters.0.Name=snapshot-name&Filters.0.Values.0=a%20b*&Filters.0.Values.1=%C3%A9"
                + "&Limit=5",
            "",
            FORM,
            "127.0.0.1:38471",
            "1795216358",
            "2026-11-20/127/tc3_request",
            "35304426a6e64bdd066cbb8a6a987f7d0e8c1795818410c00a5a2fbea36f7d0a"),
        Map.of());
  }

  @Test
  void knowsTheDocumentedExample() {
    RawRequest request =
        new RawRequest(
            "POST",
            "/",
            "",
            Map.of(
                "Content-Type",
                List.of("application/json; charset=utf-8"),
                "Host",
                List.of("10.0.0.1:8080"),
                "X-TC-Timestamp",
                List.of("1551113065"),
                "Authorization",
                List.of(
                    "TC3-HMAC-SHA256"
                        + " Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm"
                        + "/tc3_request, SignedHeaders=content-type;host, Signature="
                        + "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168")),
            new RawBody(
                ("{\"Limit\": 1, \"Filters\": [{\"Values\": [\"\\u672a\\u547d\\u540d\"],"
                        + " \"Name\": \"instance-name\"}]}")
                    .getBytes(StandardCharsets.US_ASCII)));
    Tc3Verifier verifier =
        verifier(
            "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            "cvm.tencentcloudapi.com");

    assertThat(verifier.verify(request, Instant.ofEpochSecond(1_551_113_065))).isEqualTo(CALLER);
  }

  @ParameterizedTest
  @ValueSource(longs = {-300, -1, 0, 1, 300})
  void takesClocksThatAreFiveMinutesApart(long seconds) {
    Sent sent = python();

    assertThat(
            verifier("AKID", "KEY").verify(sent.request(Map.of()), sent.at().plusSeconds(seconds)))
        .isEqualTo(CALLER);
  }

  @ParameterizedTest
  @ValueSource(longs = {-301, 301, 1_000_000_000})
  void refusesWhatWasSignedAtAnotherTime(long seconds) {
    Sent sent = python();

    assertRefused(
        sent.request(Map.of()), sent.at().plusSeconds(seconds), "AuthFailure.SignatureExpire");
  }

  @ParameterizedTest
  @CsvSource({
    "Host, 127.0.0.1:38472, AuthFailure.SignatureFailure",
    "Content-Type, text/plain, AuthFailure.SignatureFailure",
    "X-TC-Timestamp, 1795216233, AuthFailure.SignatureFailure",
    "X-TC-Timestamp, tomorrow, InvalidParameter",
    "X-TC-Token, some-token, AuthFailure.TokenFailure",
    "Authorization, Bearer x, AuthFailure.InvalidAuthorization",
    "Authorization, SKIP, AuthFailure.InvalidAuthorization",
    "Authorization, '', AuthFailure.InvalidAuthorization",
  })
  void refusesWhatWasChanged(String header, String value, String code) {
    Sent sent = python();

    assertRefused(sent.request(Map.of(header, value)), sent.at(), code);
  }

  @Test
  void refusesAnotherBodyOrKey() {
    Sent sent = python();
    RawRequest request = sent.request(Map.of());
    RawRequest other =
        new RawRequest(
            "POST",
            "/",
            "",
            request.headers(),
            new RawBody("{\"Limit\":6}".getBytes(StandardCharsets.US_ASCII)));

    assertRefused(other, sent.at(), "AuthFailure.SignatureFailure");
    assertThatThrownBy(() -> verifier("AKID", "OTHER").verify(request, sent.at()))
        .hasMessageStartingWith("AuthFailure.SignatureFailure");
    assertThatThrownBy(() -> verifier("AKIE", "KEY").verify(request, sent.at()))
        .hasMessageStartingWith("AuthFailure.SecretIdNotFound");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TC3-HMAC-SHA256 Credential=AKID/2026-11-20/cbs/tc3_request, SignedHeaders=host, Signature=",
        "TC3-HMAC-SHA256 Credential=AKID/2026-11-20/cbs/tc4_request,"
            + " SignedHeaders=content-type;host, Signature=",
        "TC3-HMAC-SHA256 Credential=AKID/20261120/cbs/tc3_request,"
            + " SignedHeaders=content-type;host, Signature=",
        "TC3-HMAC-SHA1 Credential=AKID/2026-11-20/cbs/tc3_request,"
            + " SignedHeaders=content-type;host, Signature=",
      })
  void refusesWhatIsNoAuthorization(String beginning) {
    Sent sent = python();

    assertRefused(
        sent.request(Map.of("Authorization", beginning + PYTHON_SIGNATURE)),
        sent.at(),
        "AuthFailure.InvalidAuthorization");
  }

  @Test
  void refusesADateThatIsNotTheTimestamps() {
    Sent sent = python();
    RawRequest request =
        new Sent(
                "POST",
                "",
                PYTHON_BODY,
                JSON,
                "127.0.0.1:38471",
                "1795216232",
                "2026-11-21/cbs/tc3_request",
                PYTHON_SIGNATURE)
            .request(Map.of());

    assertRefused(request, sent.at(), "AuthFailure.SignatureFailure");
  }

  @Test
  void takesAHostThatIsConfigured() {
    Sent sent = python();
    RawRequest request = sent.request(Map.of("Host", "snapshots.example"));

    assertThat(verifier("AKID", "KEY", "cbs.example", "127.0.0.1:38471").verify(request, sent.at()))
        .isEqualTo(CALLER);
  }
}
