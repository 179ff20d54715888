package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.functions.access.Role;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.policy.Policies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Auto snapshot policies by the CBS API. It is 18:15 on Saturday 21 November 2026 in its zone.
class CbsPoliciesTest {
  private static final String NIGHTLY =
      "\"AutoSnapshotPolicyName\":\"nightly\",\"Policy\":[{\"DayOfWeek\":[0,1,2,3,4,5,6],"
          + "\"Hour\":[2,14]}]";

  private Served served;
  private CbsClient client;
  private Repository repository;
  private VolumeId web;

  @BeforeEach
  void addVolume() {
    served = new Served();
    client = new CbsClient(served, Role.ADMINISTRATOR);
    repository = served.repository();
    web = Served.volume(repository, "web");
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private String create(String members) throws Exception {
    JsonNode response = client.call("CreateAutoSnapshotPolicy", "{" + members + "}");
    assertThat(response.has("Error")).as("%s", response).isFalse();
    return response.path("AutoSnapshotPolicyId").asText();
  }

  private JsonNode policy(String id) throws Exception {
    JsonNode response =
        client.call("DescribeAutoSnapshotPolicies", "{\"AutoSnapshotPolicyIds\":[\"" + id + "\"]}");
    assertThat(response.path("TotalCount").asInt()).as("%s", response).isEqualTo(1);
    return response.path("AutoSnapshotPolicySet").path(0);
  }

  private void modify(String id, String members) throws Exception {
    JsonNode response =
        client.call(
            "ModifyAutoSnapshotPolicyAttribute",
            "{\"AutoSnapshotPolicyId\":\"" + id + "\"," + members + "}");
    assertThat(response.has("Error")).as("%s", response).isFalse();
  }

  private String disk() {
    return web.text().replace("vol-", "disk-");
  }

  private Policy stored(String id) {
    return new Policies(repository).find(id.replace("asp-", "pol-"));
  }

  @Test
  void makesOneThatComesBackAsItWas() throws Exception {
    String id = create(NIGHTLY + ",\"RetentionDays\":30");

    JsonNode policy = policy(id);
    assertThat(id).matches("asp-[0-9a-f]{17}");
    assertThat(policy.path("AutoSnapshotPolicyName").asText()).isEqualTo("nightly");
    assertThat(policy.path("Policy").path(0).path("DayOfWeek").toString())
        .isEqualTo("[0,1,2,3,4,5,6]");
    assertThat(policy.path("Policy").path(0).path("Hour").toString()).isEqualTo("[2,14]");
    assertThat(policy.path("RetentionDays").asInt()).isEqualTo(30);
    assertThat(policy.path("IsPermanent").asBoolean(true)).isFalse();
    assertThat(policy.path("IsActivated").asBoolean()).isTrue();
    assertThat(policy.path("NextTriggerTime").asText()).isEqualTo("2026-11-22 02:00:00");
    assertThat(stored(id).schedules()).containsExactly("0 2,14 * * 0,1,2,3,4,5,6");
    assertThat(stored(id).zone()).isEqualTo("Asia/Shanghai");
  }

  @Test
  void keepsSevenDaysUnlessToldOtherwise() throws Exception {
    String id = create("\"Policy\":[{\"DayOfMonth\":[1],\"Hour\":[0]}]");

    assertThat(policy(id).path("RetentionDays").asInt()).isEqualTo(7);
    modify(id, "\"IsPermanent\":true");
    assertThat(policy(id).path("IsPermanent").asBoolean()).isTrue();
    modify(id, "\"IsActivated\":false");
    assertThat(policy(id).path("IsPermanent").asBoolean()).isTrue();
    assertThat(policy(id).path("NextTriggerTime").asText()).isEmpty();
    modify(id, "\"RetentionDays\":3");
    assertThat(policy(id).path("IsPermanent").asBoolean(true)).isFalse();
    assertThat(policy(id).path("RetentionDays").asInt()).isEqualTo(3);
  }

  @Test
  void goesByIntervalsFromTheDayOfCreation() throws Exception {
    String interval = "\"Policy\":[{\"IntervalDays\":3,\"Hour\":[2,20]}]";
    String id = create(interval);

    assertThat(policy(id).path("NextTriggerTime").asText()).isEqualTo("2026-11-21 20:00:00");
    assertThat(policy(id).path("Policy").path(0).path("IntervalDays").asInt()).isEqualTo(3);
    assertThat(policy(id).path("Policy").path(0).path("Hour").toString()).isEqualTo("[2,20]");
    long before = stored(id).since();
    modify(id, interval);
    assertThat(stored(id).since()).isEqualTo(before);
    modify(id, "\"Policy\":[{\"IntervalDays\":4,\"Hour\":[2]}]");
    assertThat(policy(id).path("NextTriggerTime").asText()).isEqualTo("2026-11-25 02:00:00");
  }

  @Test
  void triesWithoutMaking() throws Exception {
    JsonNode response =
        client.call("CreateAutoSnapshotPolicy", "{\"DryRun\":true," + NIGHTLY + "}");

    assertThat(response.path("NextTriggerTime").asText()).isEqualTo("2026-11-22 02:00:00");
    assertThat(client.call("DescribeAutoSnapshotPolicies", "{}").path("TotalCount").asInt(-1))
        .isZero();
  }

  @Test
  void bindsAndLoosensDisks() throws Exception {
    String id = create(NIGHTLY);
    String both = "{\"AutoSnapshotPolicyId\":\"" + id + "\",\"DiskIds\":[\"%s\"]}";

    assertThat(client.error("BindAutoSnapshotPolicy", both.formatted("disk-00000000000000000")))
        .isEqualTo("InvalidDiskId.NotFound");
    assertThat(client.call("BindAutoSnapshotPolicy", both.formatted(disk())).size()).isEqualTo(1);
    assertThat(client.error("BindAutoSnapshotPolicy", both.formatted(disk())))
        .isEqualTo("InvalidDisk.AlreadyBound");
    assertThat(policy(id).path("DiskIdSet").toString()).isEqualTo("[\"" + disk() + "\"]");
    JsonNode associated =
        client.call("DescribeDiskAssociatedAutoSnapshotPolicy", "{\"DiskId\":\"" + disk() + "\"}");
    assertThat(associated.path("TotalCount").asInt()).isEqualTo(1);
    assertThat(associated.path("AutoSnapshotPolicySet").path(0).path("DiskIdSet").size()).isZero();
    assertThat(
            client
                .call("DescribeDisks", "{\"ReturnBindAutoSnapshotPolicy\":true}")
                .path("DiskSet")
                .path(0)
                .path("AutoSnapshotPolicyIds")
                .toString())
        .isEqualTo("[\"" + id + "\"]");
    for (int i = 0; i < 2; i++) {
      assertThat(client.call("UnbindAutoSnapshotPolicy", both.formatted(disk())).size())
          .isEqualTo(1);
    }
    assertThat(policy(id).path("DiskIdSet").size()).isZero();
    assertThat(
            client
                .call("DescribeDiskAssociatedAutoSnapshotPolicy", "{\"DiskId\":\"disk-none\"}")
                .path("TotalCount")
                .asInt(-1))
        .isZero();
  }

  @Test
  void deletesAllOrNothing() throws Exception {
    String id = create(NIGHTLY);
    String delete = "{\"AutoSnapshotPolicyIds\":[\"" + id + "\"%s]}";

    assertThat(
            client.error(
                "DeleteAutoSnapshotPolicies", delete.formatted(",\"asp-00000000000000000\"")))
        .isEqualTo("InvalidAutoSnapshotPolicyId.NotFound");
    assertThat(policy(id).path("AutoSnapshotPolicyId").asText()).isEqualTo(id);
    assertThat(client.call("DeleteAutoSnapshotPolicies", delete.formatted("")).size()).isEqualTo(1);
    assertThat(client.call("DescribeAutoSnapshotPolicies", "{}").path("TotalCount").asInt(-1))
        .isZero();
  }

  @Test
  void showsWhatWasMadeNatively() throws Exception {
    served.call(
        "POST",
        "/v1/policies",
        "{\"name\":\"native\",\"schedules\":[\"30 2 * * *\"],\"volumes\":[\"web\"],"
            + "\"retention\":{\"count\":5,\"daily\":7,\"monthly\":12}}");

    JsonNode policy =
        client.call("DescribeAutoSnapshotPolicies", "{}").path("AutoSnapshotPolicySet").path(0);
    assertThat(policy.path("AutoSnapshotPolicyName").asText()).isEqualTo("native");
    assertThat(policy.path("Policy").size()).isZero();
    assertThat(policy.path("RetentionAmount").asInt()).isEqualTo(5);
    assertThat(policy.path("AdvancedRetentionPolicy").toString())
        .isEqualTo("{\"Days\":7,\"Weeks\":0,\"Months\":12,\"Years\":0}");
    assertThat(policy.path("DiskIdSet").path(0).asText()).isEqualTo(disk());
    modify(policy.path("AutoSnapshotPolicyId").asText(), "\"AutoSnapshotPolicyName\":\"other\"");
    assertThat(new Policies(repository).find("other").schedules()).containsExactly("30 2 * * *");
    assertThat(new Policies(repository).find("other").retention().daily()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"IsActivated\":true', MissingParameter",
    "'\"Policy\":[{\"Hour\":[1]}]', MissingParameter",
    "'\"Policy\":[$24,$24,$24]', InvalidParameterValue",
    "'\"Policy\":[{\"DayOfWeek\":[1],\"Hour\":[1]}],\"IsPermanent\":true,\"RetentionDays\":3',"
        + " InvalidParameterValue",
    "'\"Policy\":[{\"DayOfWeek\":[1],\"Hour\":[1]}],\"RetentionDays\":0', InvalidParameterValue",
    "'\"Policy\":[{\"DayOfWeek\":[1],\"Hour\":[1]}],\"AutoSnapshotPolicyName\":\"a\\u202Eb\"',"
        + "InvalidParameterValue",
    "'\"Policy\":[{\"DayOfWeek\":[1],\"Hour\":[1]}],\"AutoSnapshotPolicyName\":\" \"',"
        + " InvalidParameterValue",
  })
  void makesNothingOfBadInput(String members, String code) throws Exception {
    String everyHour =
        "{\"IntervalDays\":2,\"Hour\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23]}";
    String body = "{" + members.replace("$24", everyHour) + "}";

    assertThat(client.error("CreateAutoSnapshotPolicy", body)).isEqualTo(code);
  }

  @Test
  void refusesANameThatIsTaken() throws Exception {
    create(NIGHTLY);

    assertThat(client.error("CreateAutoSnapshotPolicy", "{" + NIGHTLY + "}"))
        .isEqualTo("InvalidParameterValue");
  }
}
