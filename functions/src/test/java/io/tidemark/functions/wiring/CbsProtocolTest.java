package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.face.Dispatcher;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the CBS API answers, whatever is asked.
class CbsProtocolTest {
  private Served served;
  private CbsClient reader;

  @BeforeEach
  void start() {
    served = new Served();
    served.repository();
    reader = new CbsClient(served, Role.READER);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  @Test
  void answersInTheEnvelope() throws Exception {
    JsonNode response = reader.call("DescribeSnapshots", "{}");

    assertThat(response.path("TotalCount").asInt(-1)).isZero();
    assertThat(response.path("SnapshotSet").isArray()).isTrue();
  }

  @Test
  void takesAnEmptyBodyForNoParameters() throws Exception {
    assertThat(reader.call("DescribeSnapshots", "").path("TotalCount").asInt(-1)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "DescribeEverything, '{}', InvalidAction",
    "ModifySnapshotsSharePermission, '{}', UnsupportedOperation",
    "CopySnapshotCrossRegions, '{}', UnsupportedOperation",
    "DescribeSnapshots, '{\"Limit\":\"5\"}', InvalidParameter",
    "DescribeSnapshots, '{\"Limit\":101}', InvalidParameterValue",
    "DescribeSnapshots, '{\"Limt\":1}', UnknownParameter",
    "DescribeSnapshots, '[]', InvalidParameter",
    "DescribeSnapshots, '{', InvalidParameter",
    "DescribeDiskAssociatedAutoSnapshotPolicy, '{}', MissingParameter",
  })
  void tellsWhatIsWrong(String action, String body, String code) throws Exception {
    assertThat(reader.error(action, body)).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "X-TC-Version, 2018-08-13, NoSuchVersion",
    "X-TC-Region, ap-guangzhou, UnsupportedRegion",
    "X-TC-Timestamp, 1795216233, AuthFailure.SignatureExpire",
    "Authorization, Bearer secret-of-the-reader, AuthFailure.InvalidAuthorization",
    "Content-Type, application/xml, AuthFailure.SignatureFailure",
  })
  void tellsWhichHeaderIsWrong(String header, String value, String code) throws Exception {
    HttpRequest.Builder request = reader.signed("DescribeSnapshots", "{}").setHeader(header, value);

    JsonNode response = CbsClient.response(served.send(request));

    assertThat(response.path("Error").path("Code").asText()).isEqualTo(code);
  }

  @Test
  void tellsWhatIsWrongInChinese() throws Exception {
    JsonNode response = reader.inChinese().call("DescribeSnapshots", "{\"Limit\":101}");

    assertThat(response.path("Error").path("Message").asText())
        .isEqualTo("参数 `Limit` 的取值不在 1 到 100 之间。");
  }

  @Test
  void respectsRoles() throws Exception {
    assertThat(reader.error("CreateSnapshot", "{}")).isEqualTo("AuthFailure.UnauthorizedOperation");
    assertThat(new CbsClient(served, Role.OPERATOR).error("CreateSnapshot", "{}"))
        .isEqualTo("MissingParameter");
    assertThat(new CbsClient(served, Role.OPERATOR).error("DeleteAutoSnapshotPolicies", "{}"))
        .isEqualTo("AuthFailure.UnauthorizedOperation");
    assertThat(new CbsClient(served, Role.ADMINISTRATOR).error("DeleteAutoSnapshotPolicies", "{}"))
        .isEqualTo("MissingParameter");
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    String body = "{\"SnapshotIds\":[\"" + "x".repeat(Dispatcher.LARGEST_BODY_BYTES) + "\"]}";

    assertThat(reader.error("DescribeSnapshots", body)).isEqualTo("RequestSizeLimitExceeded");
  }

  @Test
  void refusesOtherMethods() throws Exception {
    HttpResponse<String> answer =
        served.send(
            reader
                .signed("DescribeSnapshots", "{}")
                .method("PUT", HttpRequest.BodyPublishers.ofString("{}")));

    assertThat(CbsClient.response(answer).path("Error").path("Code").asText())
        .isEqualTo("UnsupportedProtocol");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /?Action=DescribeSnapshots&Signature=x, ''",
    "POST, /, Action=DescribeSnapshots&Signature=x",
  })
  void tellsWhoSignsTheOlderWayThatItIsNotKnown(String method, String path, String body)
      throws Exception {
    JsonNode response =
        CbsClient.response(
            served.send(
                served
                    .request(path)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))));

    assertThat(response.path("Error").path("Code").asText())
        .isEqualTo("AuthFailure.InvalidAuthorization");
    assertThat(response.path("Error").path("Message").asText()).contains("TC3-HMAC-SHA256");
  }

  @Test
  void leavesEverythingElseToTheNativeApi() throws Exception {
    Problems.assertProblem(served.send(served.request("/").GET()), 401, "UNAUTHORIZED");
    Problems.assertProblem(served.get("/"), 404, "NOT_FOUND");
  }

  @Test
  void tellsNothingOfAFaultButItsId() throws Exception {
    served.store.breaks = true;

    JsonNode response = reader.call("DescribeSnapshots", "{}");

    assertThat(response.path("Error").path("Code").asText()).isEqualTo("InternalError");
    assertThat(response.toString()).doesNotContain("secret");
  }

  @Test
  void tellsThatTheStoreIsAway() throws Exception {
    served.store.sulks = true;

    assertThat(reader.error("DescribeSnapshots", "{}")).isEqualTo("ServiceUnavailable");
  }

  @Test
  void letsThroughNoMoreThanTheRate() throws Exception {
    try (Served limited = new Served(new RateLimit(1, 1, () -> 0))) {
      limited.repository();
      CbsClient client = new CbsClient(limited, Role.READER);

      assertThat(client.call("DescribeSnapshots", "{}").has("Error")).isFalse();
      assertThat(client.error("DescribeSnapshots", "{}")).isEqualTo("RequestLimitExceeded");
    }
  }
}
