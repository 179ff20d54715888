package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.functions.access.Role;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.quota.QuotaSettings;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.snapshot.SnapshotFilter;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Snapshots and disks by the CBS API.
class CbsSnapshotsTest {
  private static final String UNKNOWN = "snap-00000000000000000";

  private Served served;
  private CbsClient client;
  private Repository repository;
  private VolumeId web;

  @BeforeEach
  void addVolume() {
    served = new Served();
    client = new CbsClient(served, Role.OPERATOR);
    repository = served.repository();
    web = Served.volume(repository, "web");
    new Hosts(repository).register("host", List.of("fast"), Optional.empty());
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static String disk(VolumeId volume) {
    return volume.text().replace("vol-", "disk-");
  }

  private static List<String> ids(JsonNode response, String set, String id) {
    List<String> ids = new ArrayList<>();
    response.path(set).forEach(one -> ids.add(one.path(id).asText()));
    return ids;
  }

  private List<String> listed(String body) throws Exception {
    return ids(client.call("DescribeSnapshots", body), "SnapshotSet", "SnapshotId");
  }

  private JsonNode snapshot(String id) throws Exception {
    JsonNode response = client.call("DescribeSnapshots", "{\"SnapshotIds\":[\"" + id + "\"]}");
    assertThat(response.path("TotalCount").asInt()).as("%s", response).isEqualTo(1);
    return response.path("SnapshotSet").path(0);
  }

  private JsonNode disk(String id) throws Exception {
    JsonNode response = client.call("DescribeDisks", "{\"DiskIds\":[\"" + id + "\"]}");
    assertThat(response.path("TotalCount").asInt()).as("%s", response).isEqualTo(1);
    return response.path("DiskSet").path(0);
  }

  @Test
  void makesASnapshotThatIsFoundAtOnce() throws Exception {
    String id =
        client
            .call(
                "CreateSnapshot",
                "{\"DiskId\":\""
                    + disk(web)
                    + "\",\"SnapshotName\":\"before\",\"Deadline\":\"2027-01-01T08:00:00+08:00\","
                    + "\"Tags\":[{\"Key\":\"env\",\"Value\":\"prod\"}]}")
            .path("SnapshotId")
            .asText();

    JsonNode snapshot = snapshot(id);
    assertThat(id).matches("snap-[0-9a-f]{17}");
    assertThat(snapshot.path("SnapshotState").asText()).isEqualTo("CREATING");
    assertThat(snapshot.path("Percent").asInt(-1)).isZero();
    assertThat(snapshot.path("DiskId").asText()).isEqualTo(disk(web));
    assertThat(snapshot.path("SnapshotName").asText()).isEqualTo("before");
    assertThat(snapshot.path("IsPermanent").asBoolean(true)).isFalse();
    assertThat(snapshot.path("DeadlineTime").asText()).isEqualTo("2027-01-01 08:00:00");
    assertThat(snapshot.path("CreateTime").asText()).isEqualTo("2026-11-21 18:15:30");
    assertThat(snapshot.path("Tags").toString())
        .isEqualTo("[{\"Key\":\"env\",\"Value\":\"prod\"}]");
    assertThat(snapshot.path("Placement").path("Zone").asText()).isEqualTo("local-1");
  }

  @Test
  void showsHowFarOneIsMadeAndWhatItIsThen() throws Exception {
    SnapshotSession session = Served.begin(repository, web, "");
    new Beats(repository, web, session.number()).write(new Beat(Served.NOW, 400, 100, 0, 0));

    assertThat(snapshot(session.snapshot().text()).path("Percent").asInt()).isEqualTo(25);
    assertThat(snapshot(session.snapshot().text()).path("SnapshotName").asText())
        .isEqualTo("Unnamed");

    JsonNode made = snapshot(Served.snapshot(repository, web, "one").text());
    assertThat(made.path("SnapshotState").asText()).isEqualTo("NORMAL");
    assertThat(made.path("Percent").asInt()).isEqualTo(100);
    assertThat(made.path("DiskSize").asInt()).isEqualTo(1);
    assertThat(made.path("IsPermanent").asBoolean()).isTrue();
    assertThat(made.path("DeadlineTime").asText()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', MissingParameter",
    "'\"DiskId\":\"disk-00000000000000000\"', InvalidDiskId.NotFound",
    "'\"DiskId\":\"disk-x\"', InvalidDiskId.NotFound",
    "'\"DiskId\":\"$ID\",\"Deadline\":\"2026-11-22T10:00:00+00:00\"', InvalidParameterValue",
    "'\"DiskId\":\"$ID\",\"Deadline\":\"2026-12-22 10:00:00\"', InvalidParameterValue",
    "'\"DiskId\":\"$ID\",\"DiskUsage\":\"SYSTEM_DISK\"', UnsupportedOperation",
    "'\"DiskId\":\"$ID\",\"DiskUsage\":\"FLOPPY\"', InvalidParameterValue",
    "'\"DiskBackupId\":\"dbp-1\"', UnsupportedOperation",
    "'\"DiskId\":\"$ID\",\"Tags\":[{\"Value\":\"x\"}]', MissingParameter",
    "'\"DiskId\":\"$ID\",\"Tags\":[{\"Key\":\"a\"},{\"Key\":\"a\"}]', InvalidParameterValue",
  })
  void makesNothingOfBadInput(String members, String code) throws Exception {
    assertThat(client.error("CreateSnapshot", "{" + members.replace("$ID", disk(web)) + "}"))
        .isEqualTo(code);
    assertThat(listed("{}")).isEmpty();
  }

  @Test
  void refusesNamesThatAreTooLong() throws Exception {
    String create = "{\"DiskId\":\"" + disk(web) + "\",\"SnapshotName\":\"%s\"}";

    assertThat(client.error("CreateSnapshot", create.formatted("名".repeat(61))))
        .isEqualTo("InvalidParameterValue");
    assertThat(client.call("CreateSnapshot", create.formatted("名".repeat(60))).has("SnapshotId"))
        .isTrue();
  }

  @Test
  void tellsTheFiguresOfAQuotaThatIsReached() throws Exception {
    Quotas one = new Quotas(OptionalLong.of(1), OptionalLong.empty(), OptionalLong.empty());
    new QuotaSettings(repository).change(_ -> one);
    Served.snapshot(repository, web, "one");
    String create = "{\"DiskId\":\"" + disk(web) + "\"}";

    JsonNode refused = client.call("CreateSnapshot", create).path("Error");
    assertThat(refused.path("Code").asText()).isEqualTo("InsufficientSnapshotQuota");
    assertThat(refused.path("Message").asText())
        .contains("has 1 snapshots, and the limit for a volume is 1");
    assertThat(
            client
                .inChinese()
                .call("CreateSnapshot", create)
                .path("Error")
                .path("Message")
                .asText())
        .startsWith("快照配额不足");
  }

  @Test
  void saysThatADiskWithoutAgentCannotBeSnapshotted() throws Exception {
    VolumeId lonely = Served.volume(repository, "lonely");
    new Volumes(repository)
        .describe(lonely, old -> new Volumes.Description("elsewhere", old.source(), old.tags()));

    assertThat(disk(disk(lonely)).path("SnapshotAbility").asBoolean(true)).isFalse();
    assertThat(client.error("CreateSnapshot", "{\"DiskId\":\"" + disk(lonely) + "\"}"))
        .isEqualTo("InvalidDisk.NotSupportSnapshot");
  }

  @Test
  void listsByFilterOrderAndWindow() throws Exception {
    VolumeId db = Served.volume(repository, "db");
    SnapshotId one = Served.snapshot(repository, web, "one");
    SnapshotId two = Served.snapshot(repository, web, "two");
    SnapshotId other = Served.snapshot(repository, db, "one");
    List<String> all = listed("{\"Order\":\"ASC\"}");
    String filter = "{\"Filters\":[{\"Name\":\"%s\",\"Values\":[%s]}]}";

    assertThat(all).containsExactlyInAnyOrder(one.text(), two.text(), other.text());
    assertThat(listed("{}")).isEqualTo(all.reversed());
    assertThat(listed("{\"Order\":\"ASC\",\"Offset\":1,\"Limit\":1}")).containsExactly(all.get(1));
    assertThat(client.call("DescribeSnapshots", "{\"Offset\":9}").path("TotalCount").asInt())
        .isEqualTo(3);
    assertThat(listed(filter.formatted("disk-id", "\"" + disk(db) + "\"")))
        .containsExactly(other.text());
    assertThat(listed(filter.formatted("snapshot-name", "\"two\",\"three\"")))
        .containsExactly(two.text());
    assertThat(listed(filter.formatted("snapshot-id", "\"" + one + "\",\"" + UNKNOWN + "\"")))
        .containsExactly(one.text());
    assertThat(listed(filter.formatted("snapshot-state", "\"CREATING\""))).isEmpty();
    assertThat(listed(filter.formatted("snapshot-state", "\"NORMAL\""))).hasSize(3);
    assertThat(listed(filter.formatted("encrypt", "\"false\""))).hasSize(3);
    assertThat(listed(filter.formatted("zone", "\"local-1\""))).hasSize(3);
    assertThat(listed(filter.formatted("disk-usage", "\"SYSTEM_DISK\""))).isEmpty();
    assertThat(listed(filter.formatted("project-id", "\"0\""))).hasSize(3);
    assertThat(listed(filter.formatted("snapshot-type", "\"SHARED_SNAPSHOT\""))).isEmpty();
    SnapshotId unnamed = Served.snapshot(repository, db, "");
    for (String name : List.of("Unnamed", "未命名")) {
      assertThat(listed(filter.formatted("snapshot-name", "\"" + name + "\"")))
          .containsExactly(unnamed.text());
    }
    assertThat(listed("{\"SnapshotIds\":[\"" + UNKNOWN + "\",\"snap-short\"]}")).isEmpty();
    assertThat(
            listed(
                "{\"Filters\":[{\"Name\":\"snapshot-name\",\"Values\":[\"one\"]},"
                    + "{\"Name\":\"disk-id\",\"Values\":[\""
                    + disk(web)
                    + "\"]}]}"))
        .containsExactly(one.text());
    assertThat(client.error("DescribeSnapshots", filter.formatted("colour", "\"red\"")))
        .isEqualTo("InvalidFilter");
    assertThat(client.error("DescribeSnapshots", filter.formatted("zone", "")))
        .isEqualTo("MissingParameter");
    assertThat(
            client.error(
                "DescribeSnapshots",
                "{\"SnapshotIds\":[\""
                    + one
                    + "\"],\"Filters\":[{\"Name\":\"zone\",\"Values\":[\"x\"]}]}"))
        .isEqualTo("InvalidParameterValue");
  }

  @Test
  void deletesAllOrNothing() throws Exception {
    SnapshotId one = Served.snapshot(repository, web, "one");
    SnapshotId two = Served.snapshot(repository, web, "two");
    SnapshotSession running = Served.begin(repository, web, "running");
    String delete = "{\"SnapshotIds\":[\"" + one + "\",\"%s\"]}";

    assertThat(client.error("DeleteSnapshots", delete.formatted(UNKNOWN)))
        .isEqualTo("InvalidSnapshotId.NotFound");
    assertThat(client.error("DeleteSnapshots", delete.formatted(running.snapshot())))
        .isEqualTo("ResourceUnavailable.SnapshotCreating");
    Snapshots snapshots = new Snapshots(repository);
    snapshots.hold(snapshots.find(two), "audit");
    assertThat(snapshot(two.text()).path("IsLocked").asBoolean()).isTrue();
    assertThat(client.error("DeleteSnapshots", delete.formatted(two)))
        .isEqualTo("InvalidSnapshot.NotSupported");
    assertThat(client.error("DeleteSnapshots", "{\"SnapshotIds\":[]}"))
        .isEqualTo("MissingParameter");
    assertThat(listed("{}")).hasSize(3);

    snapshots.release(snapshots.find(two));
    assertThat(client.call("DeleteSnapshots", delete.formatted(two)).has("Error")).isFalse();
    assertThat(listed("{}")).containsExactly(running.snapshot().text());
    assertThat(listed("{\"SnapshotIds\":[\"" + one + "\"]}")).isEmpty();
    assertThat(snapshots.list(Optional.empty(), SnapshotFilter.TRASH).snapshots()).hasSize(2);
    assertThat(client.error("DeleteSnapshots", delete.formatted(two)))
        .isEqualTo("InvalidSnapshotId.NotFound");
  }

  @Test
  void changesNameAndDeadline() throws Exception {
    String id = Served.snapshot(repository, web, "one").text();
    String modify = "{\"SnapshotId\":\"" + id + "\",%s}";

    client.call("ModifySnapshotAttribute", modify.formatted("\"SnapshotName\":\"名字\""));
    assertThat(snapshot(id).path("SnapshotName").asText()).isEqualTo("名字");
    assertThat(client.error("ModifySnapshotAttribute", modify.formatted("\"IsPermanent\":false")))
        .isEqualTo("MissingParameter");
    client.call(
        "ModifySnapshotAttribute",
        modify.formatted("\"IsPermanent\":false,\"Deadline\":\"2027-01-01T00:00:00+00:00\""));
    assertThat(snapshot(id).path("DeadlineTime").asText()).isEqualTo("2027-01-01 08:00:00");
    assertThat(snapshot(id).path("SnapshotName").asText()).isEqualTo("名字");
    client.call("ModifySnapshotAttribute", modify.formatted("\"IsPermanent\":true"));
    assertThat(snapshot(id).path("IsPermanent").asBoolean()).isTrue();
    assertThat(client.error("ModifySnapshotAttribute", "{\"SnapshotId\":\"" + UNKNOWN + "\"}"))
        .isEqualTo("InvalidSnapshotId.NotFound");
  }

  @Test
  void rollsBackWithProgress() throws Exception {
    String id = Served.snapshot(repository, web, "one").text();
    VolumeId db = Served.volume(repository, "db");
    String apply = "{\"SnapshotId\":\"" + id + "\",\"DiskId\":\"%s\"%s}";

    assertThat(client.error("ApplySnapshot", apply.formatted(disk(db), "")))
        .isEqualTo("InvalidParameterValue");
    assertThat(
            client.error("ApplySnapshot", apply.formatted(disk(web), ",\"AutoStopInstance\":true")))
        .isEqualTo("UnsupportedOperation");
    assertThat(
            client.error(
                "ApplySnapshot", apply.formatted(disk(web), ",\"AutoStartInstance\":true")))
        .isEqualTo("InvalidParameterValue");
    assertThat(client.call("ApplySnapshot", apply.formatted(disk(web), "")).size()).isEqualTo(1);

    assertThat(snapshot(id).path("SnapshotState").asText()).isEqualTo("ROLLBACKING");
    JsonNode disk = disk(disk(web));
    assertThat(disk.path("DiskState").asText()).isEqualTo("ROLLBACKING");
    assertThat(disk.path("Rollbacking").asBoolean()).isTrue();
    assertThat(disk.path("RollbackPercent").asInt(-1)).isZero();
    assertThat(client.error("DeleteSnapshots", "{\"SnapshotIds\":[\"" + id + "\"]}"))
        .isEqualTo("ResourceBusy");
    assertThat(client.error("CreateSnapshot", "{\"DiskId\":\"" + disk(web) + "\"}"))
        .isEqualTo("ResourceInUse.DiskRollbacking");

    long hold = repository.journal(web).read().state().holds().firstKey();
    new Beats(repository, web, hold).write(new Beat(Served.NOW, 200, 50, 0, 0));
    assertThat(disk(disk(web)).path("RollbackPercent").asInt()).isEqualTo(25);
    new Snapshots(repository).release(web, hold, "done");
    assertThat(disk(disk(web)).path("DiskState").asText()).isEqualTo("UNATTACHED");
    assertThat(disk(disk(web)).path("ErrorPrompt").asText("none")).isEmpty();
    assertThat(snapshot(id).path("SnapshotState").asText()).isEqualTo("NORMAL");
  }

  @Test
  void tellsWhyARollbackDidNotComeToItsEnd() throws Exception {
    SnapshotId id = Served.snapshot(repository, web, "one");
    Snapshots snapshots = new Snapshots(repository);
    snapshots.hold(snapshots.find(id), "audit");
    client.call(
        "ApplySnapshot", "{\"SnapshotId\":\"" + id + "\",\"DiskId\":\"" + disk(web) + "\"}");
    long hold = repository.journal(web).read().state().holds().lastKey();

    snapshots.release(web, hold, "refused: /web.img is in use");
    snapshots.release(snapshots.find(id));

    assertThat(disk(disk(web)).path("DiskState").asText()).isEqualTo("UNATTACHED");
    assertThat(disk(disk(web)).path("ErrorPrompt").asText())
        .isEqualTo("refused: /web.img is in use");
  }

  @Test
  void rollsBackNothingThatIsBeingSnapshotted() throws Exception {
    String id = Served.snapshot(repository, web, "one").text();
    SnapshotSession running = Served.begin(repository, web, "running");
    String apply = "{\"SnapshotId\":\"" + id + "\",\"DiskId\":\"" + disk(web) + "\"}";

    assertThat(client.error("ApplySnapshot", apply)).isEqualTo("InvalidDisk.SnapshotCreating");
    Served.commit(running, web);
    assertThat(client.call("ApplySnapshot", apply).has("Error")).isFalse();
  }

  @Test
  void makesDisksOfASnapshotOnceForAToken() throws Exception {
    String id = Served.snapshot(repository, web, "one").text();
    String create =
        "{\"SnapshotId\":\""
            + id
            + "\",\"Placement\":{\"Zone\":\"local-1\"},\"DiskType\":\"CLOUD_SSD\","
            + "\"DiskChargeType\":\"POSTPAID_BY_HOUR\"%s}";

    JsonNode first =
        client.call("CreateDisks", create.formatted(",\"DiskCount\":2,\"ClientToken\":\"t1\""));
    assertThat(first.path("DiskIdSet").size()).as("%s", first).isEqualTo(2);
    assertThat(
            client
                .call("CreateDisks", create.formatted(",\"DiskCount\":2,\"ClientToken\":\"t1\""))
                .path("DiskIdSet"))
        .isEqualTo(first.path("DiskIdSet"));

    assertThat(
            client.error(
                "CreateDisks", create.formatted(",\"DiskName\":\"a\",\"ClientToken\":\"t1\"")))
        .isEqualTo("InvalidParameter.InvalidClientToken");

    String named =
        client
            .call(
                "CreateDisks",
                create.formatted(
                    ",\"DiskName\":\"copy\",\"DiskSize\":1,\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"}]"))
            .path("DiskIdSet")
            .path(0)
            .asText();
    JsonNode disk = disk(named);
    assertThat(disk.path("DiskName").asText()).isEqualTo("copy");
    assertThat(disk.path("DiskState").asText()).isEqualTo("DUMPING");
    assertThat(client.error("CreateSnapshot", "{\"DiskId\":\"" + named + "\"}"))
        .isEqualTo("InvalidDisk.Busy");
    assertThat(
            ids(
                client.call(
                    "DescribeDisks",
                    "{\"Filters\":[{\"Name\":\"disk-state\",\"Values\":[\"UNATTACHED\"]}]}"),
                "DiskSet",
                "DiskId"))
        .containsExactly(disk(web));
    assertThat(disk.path("DiskSize").asInt()).isEqualTo(1);
    assertThat(disk.path("Tags").size()).isEqualTo(1);
    assertThat(client.error("CreateDisks", create.formatted(",\"DiskName\":\"copy\"")))
        .isEqualTo("InvalidParameterValue");
    assertThat(client.error("CreateDisks", create.formatted(",\"DiskName\":\"数据盘\"")))
        .isEqualTo("InvalidParameterValue");
    assertThat(client.error("CreateDisks", create.formatted(",\"DiskSize\":2")))
        .isEqualTo("UnsupportedOperation");
    assertThat(client.error("CreateDisks", create.formatted(",\"Encrypt\":\"ENCRYPT\"")))
        .isEqualTo("UnsupportedOperation");
    assertThat(client.error("CreateDisks", create.formatted("").replace("local-1", "local-2")))
        .isEqualTo("InvalidParameterValue");
    assertThat(client.error("CreateDisks", create.formatted("").replace(id, UNKNOWN)))
        .isEqualTo("InvalidSnapshotId.NotFound");
  }

  @Test
  void listsDisks() throws Exception {
    VolumeId db = Served.volume(repository, "db");
    Served.snapshot(repository, web, "one");

    JsonNode disk = disk(disk(web));
    assertThat(disk.path("DiskName").asText()).isEqualTo("web");
    assertThat(disk.path("DiskState").asText()).isEqualTo("UNATTACHED");
    assertThat(disk.path("SnapshotAbility").asBoolean()).isTrue();
    assertThat(disk.path("SnapshotCount").asInt()).isEqualTo(1);
    assertThat(disk.path("AutoSnapshotPolicyIds").isNull()).isTrue();
    assertThat(disk.path("CreateTime").asText()).matches("2026-11-21 18:15:3[0-9]");
    assertThat(ids(client.call("DescribeDisks", "{\"Order\":\"ASC\"}"), "DiskSet", "DiskId"))
        .containsExactly(disk(web), disk(db));
    assertThat(
            ids(
                client.call(
                    "DescribeDisks",
                    "{\"Filters\":[{\"Name\":\"disk-name\",\"Values\":[\"db\"]},"
                        + "{\"Name\":\"portable\",\"Values\":[\"TRUE\"]}]}"),
                "DiskSet",
                "DiskId"))
        .containsExactly(disk(db));
    assertThat(
            client.error(
                "DescribeDisks", "{\"Filters\":[{\"Name\":\"colour\",\"Values\":[\"red\"]}]}"))
        .isEqualTo("InvalidFilter");
  }

  @Test
  void listsDisksByFilter() throws Exception {
    VolumeId db = Served.volume(repository, "db");
    new Volumes(repository)
        .describe(
            db,
            old ->
                new Volumes.Description(
                    old.host(), old.source(), new TreeMap<>(Map.of("env", "prod"))));
    String filters =
        """
        disk-usage DATA_DISK 2
        disk-usage SYSTEM_DISK 0
        disk-charge-type POSTPAID_BY_HOUR 2
        disk-charge-type PREPAID 0
        portable true 2
        portable FALSE 0
        project-id 0 2
        project-id 7 0
        disk-id %s 1
        disk-name db 1
        disk-name d 0
        disk-type CLOUD_PREMIUM 2
        disk-type CLOUD_SSD 0
        disk-state UNATTACHED 2
        disk-state ROLLBACKING 0
        zone local-1 2
        zone local-2 0
        tag-key env 1
        tag-value prod 1
        tag:env prod 1
        tag:env test 0
        instance-id ins-1 0
        instance-name one 0
        instance-ip-address 127.0.0.1 0
        dedicated-cluster-id cluster-1 0
        cluster-group-id group-1 0
        """
            .formatted(disk(db));
    for (String filter : filters.lines().toList()) {
      List<String> words = List.of(filter.split(" ", -1));
      String body =
          "{\"Filters\":[{\"Name\":\""
              + words.get(0)
              + "\",\"Values\":[\""
              + words.get(1)
              + "\"]}]}";

      assertThat(client.call("DescribeDisks", body).path("TotalCount").asInt(-1))
          .as(filter)
          .isEqualTo(Integer.parseInt(words.get(2)));
    }
  }

  @Test
  void addsUp() throws Exception {
    Served.snapshot(repository, web, "one");

    for (String action : List.of("GetSnapOverview", "DescribeSnapshotOverview")) {
      JsonNode overview = client.call(action, "{}");
      assertThat(overview.path("TotalNums").asInt()).isEqualTo(1);
      assertThat(overview.path("TotalSize").isNumber()).isTrue();
      assertThat(overview.path("FreeQuota").asInt(-1)).isZero();
    }
  }
}
