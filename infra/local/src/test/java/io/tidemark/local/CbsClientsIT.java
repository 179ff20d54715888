package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tencentcloudapi.cbs.v20170312.CbsClient;
import com.tencentcloudapi.cbs.v20170312.models.ApplySnapshotRequest;
import com.tencentcloudapi.cbs.v20170312.models.BindAutoSnapshotPolicyRequest;
import com.tencentcloudapi.cbs.v20170312.models.CreateAutoSnapshotPolicyRequest;
import com.tencentcloudapi.cbs.v20170312.models.CreateDisksRequest;
import com.tencentcloudapi.cbs.v20170312.models.CreateSnapshotRequest;
import com.tencentcloudapi.cbs.v20170312.models.DeleteAutoSnapshotPoliciesRequest;
import com.tencentcloudapi.cbs.v20170312.models.DeleteSnapshotsRequest;
import com.tencentcloudapi.cbs.v20170312.models.DescribeAutoSnapshotPoliciesRequest;
import com.tencentcloudapi.cbs.v20170312.models.DescribeDiskAssociatedAutoSnapshotPolicyRequest;
import com.tencentcloudapi.cbs.v20170312.models.DescribeDisksRequest;
import com.tencentcloudapi.cbs.v20170312.models.DescribeSnapshotSharePermissionRequest;
import com.tencentcloudapi.cbs.v20170312.models.DescribeSnapshotsRequest;
import com.tencentcloudapi.cbs.v20170312.models.Disk;
import com.tencentcloudapi.cbs.v20170312.models.Filter;
import com.tencentcloudapi.cbs.v20170312.models.GetSnapOverviewRequest;
import com.tencentcloudapi.cbs.v20170312.models.ModifyAutoSnapshotPolicyAttributeRequest;
import com.tencentcloudapi.cbs.v20170312.models.ModifySnapshotAttributeRequest;
import com.tencentcloudapi.cbs.v20170312.models.Placement;
import com.tencentcloudapi.cbs.v20170312.models.Policy;
import com.tencentcloudapi.cbs.v20170312.models.Snapshot;
import com.tencentcloudapi.cbs.v20170312.models.Tag;
import com.tencentcloudapi.cbs.v20170312.models.UnbindAutoSnapshotPolicyRequest;
import com.tencentcloudapi.common.CommonClient;
import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.exception.TencentCloudSDKException;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import com.tencentcloudapi.common.profile.Language;
import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import io.tidemark.repository.testing.Seeded;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The official clients of the CBS API, unmodified, against `tidemark local` and its agent: what
/// they roll back and what they make new disks of is compared byte by byte.
class CbsClientsIT {
  private static final String REGION = "us-east-1";
  private static final String MISSING = "snap-00000000000000000";
  private static final long IMAGE_BYTES = 8 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private static final RandomGenerator RANDOM = Seeded.random("CbsClientsIT");

  @TempDir private static Path folder;
  private static Thread server;
  private static JsonNode said;
  private static Cli cli;

  @BeforeAll
  static void serve() throws Exception {
    Path data = Files.createDirectories(folder.resolve("store"));
    Path volumes = Files.createDirectory(data.resolve("volumes"));
    Files.writeString(data.resolve("agent.yaml"), AgentFile.pool(volumes) + "\n" + AgentFile.EAGER);
    PipedInputStream lines = new PipedInputStream();
    CommandEnvironment environment =
        CommandEnvironment.ofThisProcess()
            .withVariables(Map.of("TIDEMARK_STATE", folder.resolve("agent").toString()))
            .withOut(new PipedOutputStream(lines));
    server =
        Thread.ofPlatform()
            .start(
                () ->
                    Tidemark.run(
                        environment,
                        "local",
                        "--data",
                        data.toString(),
                        "--port",
                        "0",
                        "--functions-port",
                        "0",
                        "--json"));
    said =
        JSON.readTree(
            new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8)).readLine());
    Map<String, String> variables = new TreeMap<>();
    said.path("environment")
        .properties()
        .forEach(member -> variables.put(member.getKey(), member.getValue().asString()));
    cli = new Cli(variables, folder.resolve("state")).here();
    cli.initialise();
  }

  @AfterAll
  static void stop() throws Exception {
    server.interrupt();
    server.join();
  }

  /// `127.0.0.1:PORT`.
  private static String address() {
    return URI.create(said.path("functions").asString()).getAuthority();
  }

  private static String secretId() {
    return said.path("secretId").asString();
  }

  private static String secretKey() {
    return said.path("secretKey").asString();
  }

  /// A disk with something on it.
  private record Sample(String disk, Path image, String hash, String name) {
    /// That the image is what it was, and the copy the same.
    void check() throws Exception {
      assertThat(Images.hash(image)).isEqualTo(hash);
      Path copy = folder.resolve("store").resolve("volumes").resolve(name + "-copy.raw");
      assertThat(Images.hash(copy)).isEqualTo(hash);
    }
  }

  private static Sample sample(String name) throws Exception {
    Path image = Images.random(folder.resolve(name + ".raw"), IMAGE_BYTES, RANDOM);
    String id = cli.json("volume", "add", name, image.toString()).path("id").asString();
    assertThat(id).startsWith("vol-");
    String disk = id.replace("vol-", "disk-");
    CbsClient client = client("POST");
    // The agent comes up once there is a repository.
    Running.await(() -> disk(client, disk).getSnapshotAbility());
    return new Sample(disk, image, Images.hash(image), name);
  }

  private static void spoil(Sample sample) throws Exception {
    Images.overwrite(sample.image(), 1 << 20, 1 << 20, RANDOM);
    assertThat(Images.hash(sample.image())).isNotEqualTo(sample.hash());
  }

  private static Path installed(String client) {
    String place = System.getenv().getOrDefault("TIDEMARK_CBS_CLIENTS", "");
    Path path = Path.of(place).resolve(client);
    if (place.isEmpty() || !Files.exists(path)) {
      Images.missing(
          "The official clients of the CBS API are not installed: infra/local/cbs-clients DIR, and"
              + " TIDEMARK_CBS_CLIENTS=DIR");
    }
    return path;
  }

  private static Cli.Outcome run(Map<String, String> variables, List<String> words)
      throws Exception {
    ProcessBuilder process = new ProcessBuilder(words);
    process.environment().put("TENCENTCLOUD_SECRET_ID", secretId());
    process.environment().put("TENCENTCLOUD_SECRET_KEY", secretKey());
    process.environment().putAll(variables);
    return Cli.await(process.start());
  }

  @ParameterizedTest
  @ValueSource(strings = {"python", "node", "go"})
  void doesTheWholeJob(String language) throws Exception {
    Path scripts = Path.of("src", "test", "cbs");
    List<String> client =
        switch (language) {
          case "python" ->
              List.of(
                  installed("python/bin/python").toString(),
                  scripts.resolve("client.py").toString());
          case "node" -> List.of("node", scripts.resolve("client.js").toString());
          default -> List.of(installed("go-client").toString());
        };
    Map<String, String> variables =
        language.equals("node")
            ? Map.of("NODE_PATH", installed("node/node_modules").toString())
            : Map.of();
    Sample sample = sample(language);

    Cli.Outcome outcome =
        run(
            variables,
            Stream.concat(
                    client.stream(),
                    Stream.of(
                        address(), REGION, sample.disk(), sample.image().toString(), sample.name()))
                .toList());

    assertThat(outcome.status()).as(outcome.out() + outcome.err()).isZero();
    sample.check();
  }

  private static JsonNode tccli(String action, String... arguments) throws Exception {
    Cli.Outcome outcome = runTccli(action, arguments);
    assertThat(outcome.status()).as(action + outcome.out() + outcome.err()).isZero();
    return JSON.readTree(outcome.bytes());
  }

  private static Cli.Outcome runTccli(String action, String... arguments) throws Exception {
    List<String> words =
        new ArrayList<>(List.of(installed("python/bin/tccli").toString(), "cbs", action));
    words.addAll(List.of("--endpoint", "http://" + address(), "--region", REGION));
    words.addAll(List.of(arguments));
    return run(Map.of("HOME", folder.toString(), "PYTHONUTF8", "1"), words);
  }

  /// Each call takes its client seconds, so that somebody else does the waiting.
  @Test
  void doesTheWholeJobFromACommandLine() throws Exception {
    Sample sample = sample("tccli");
    CbsClient other = client("POST");
    String snapshot =
        tccli("CreateSnapshot", "--DiskId", sample.disk(), "--SnapshotName", "by hand")
            .path("SnapshotId")
            .asString();
    String ids = "[\"" + snapshot + "\"]";
    Running.await(() -> snapshot(other, snapshot).getSnapshotState().equals("NORMAL"));
    JsonNode listed = tccli("DescribeSnapshots", "--SnapshotIds", ids).path("SnapshotSet").path(0);
    assertThat(listed.path("SnapshotName").asString()).isEqualTo("by hand");
    spoil(sample);
    tccli("ApplySnapshot", "--SnapshotId", snapshot, "--DiskId", sample.disk());
    String disk =
        tccli(
                "CreateDisks",
                "--SnapshotId",
                snapshot,
                "--Placement",
                "{\"Zone\":\"" + listed.path("Placement").path("Zone").asString() + "\"}",
                "--DiskType",
                "CLOUD_SSD",
                "--DiskChargeType",
                "POSTPAID_BY_HOUR",
                "--DiskName",
                "tccli-copy")
            .path("DiskIdSet")
            .path(0)
            .asString();
    for (String one : List.of(sample.disk(), disk)) {
      Running.await(() -> disk(other, one).getDiskState().equals("UNATTACHED"));
    }
    sample.check();
    assertThat(
            tccli("DescribeDisks", "--DiskIds", "[\"" + disk + "\"]")
                .path("DiskSet")
                .path(0)
                .path("DiskName")
                .asString())
        .isEqualTo("tccli-copy");

    Cli.Outcome missing =
        runTccli("DeleteSnapshots", "--SnapshotIds", "[\"" + snapshot + "\",\"" + MISSING + "\"]");
    assertThat(missing.status()).isNotZero();
    assertThat(missing.out() + missing.err())
        .contains("InvalidSnapshotId.NotFound", "不存在", MISSING);
    tccli("DeleteSnapshots", "--SnapshotIds", ids);
    DescribeSnapshotsRequest gone = new DescribeSnapshotsRequest();
    gone.setSnapshotIds(new String[] {snapshot});
    assertThat(other.DescribeSnapshots(gone).getTotalCount()).isZero();
  }

  private static ClientProfile profile(String method) {
    HttpProfile http = new HttpProfile();
    http.setEndpoint(address());
    http.setProtocol("http://");
    http.setReqMethod(method);
    ClientProfile profile = new ClientProfile();
    profile.setHttpProfile(http);
    profile.setLanguage(Language.EN_US);
    return profile;
  }

  private static Credential credential() {
    return new Credential(secretId(), secretKey());
  }

  private static CbsClient client(String method) {
    return new CbsClient(credential(), REGION, profile(method));
  }

  private static Disk disk(CbsClient client, String id) throws TencentCloudSDKException {
    DescribeDisksRequest request = new DescribeDisksRequest();
    request.setDiskIds(new String[] {id});
    return client.DescribeDisks(request).getDiskSet()[0];
  }

  private static Snapshot snapshot(CbsClient client, String id) throws TencentCloudSDKException {
    DescribeSnapshotsRequest request = new DescribeSnapshotsRequest();
    request.setSnapshotIds(new String[] {id});
    return client.DescribeSnapshots(request).getSnapshotSet()[0];
  }

  private static void assertFails(ThrowingCallable call, String code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TencentCloudSDKException.class,
            e -> assertThat(e.getErrorCode()).as(e.toString()).isEqualTo(code));
  }

  @Test
  void doesTheWholeJobInJava() throws Exception {
    Sample sample = sample("java");
    CbsClient client = client("POST");
    CreateSnapshotRequest create = new CreateSnapshotRequest();
    create.setDiskId(sample.disk());
    create.setSnapshotName("java é 名");
    create.setTags(new Tag[] {tag("env", "test")});
    String id = client.CreateSnapshot(create).getSnapshotId();
    Running.await(() -> snapshot(client, id).getSnapshotState().equals("NORMAL"));
    assertThat(snapshot(client, id).getTags()[0].getValue()).isEqualTo("test");
    for (String method : List.of("POST", "GET")) {
      DescribeSnapshotsRequest find = new DescribeSnapshotsRequest();
      find.setFilters(
          new Filter[] {
            filter("snapshot-name", "java é 名", "b *"), filter("disk-id", sample.disk())
          });
      find.setLimit(5L);
      assertThat(client(method).DescribeSnapshots(find).getTotalCount()).as(method).isEqualTo(1);
    }

    spoil(sample);
    ApplySnapshotRequest apply = new ApplySnapshotRequest();
    apply.setSnapshotId(id);
    apply.setDiskId(sample.disk());
    client.ApplySnapshot(apply);
    Running.await(() -> !disk(client, sample.disk()).getRollbacking());

    Placement placement = new Placement();
    placement.setZone(snapshot(client, id).getPlacement().getZone());
    CreateDisksRequest copy = new CreateDisksRequest();
    copy.setSnapshotId(id);
    copy.setPlacement(placement);
    copy.setDiskType("CLOUD_PREMIUM");
    copy.setDiskChargeType("POSTPAID_BY_HOUR");
    copy.setDiskName("java-copy");
    copy.setClientToken("java");
    String disk = client.CreateDisks(copy).getDiskIdSet()[0];
    assertThat(client.CreateDisks(copy).getDiskIdSet()).containsExactly(disk);
    Running.await(() -> disk(client, disk).getDiskState().equals("UNATTACHED"));
    sample.check();

    checkPolicies(client, sample);
    assertThat(client.GetSnapOverview(new GetSnapOverviewRequest()).getTotalNums()).isPositive();
    // This model is older than that action.
    assertThat(
            new CommonClient("cbs", "2017-03-12", credential(), REGION, profile("POST"))
                .call("DescribeSnapshotOverview", "{}"))
        .contains("\"TotalNums\":");

    DescribeSnapshotSharePermissionRequest shared = new DescribeSnapshotSharePermissionRequest();
    shared.setSnapshotId(id);
    assertFails(() -> client.DescribeSnapshotSharePermission(shared), "UnsupportedOperation");
    DeleteSnapshotsRequest delete = new DeleteSnapshotsRequest();
    delete.setSnapshotIds(new String[] {id, MISSING});
    assertFails(() -> client.DeleteSnapshots(delete), "InvalidSnapshotId.NotFound");
    ModifySnapshotAttributeRequest modify = new ModifySnapshotAttributeRequest();
    modify.setSnapshotId(id);
    modify.setSnapshotName("to go");
    client.ModifySnapshotAttribute(modify);
    assertThat(snapshot(client, id).getSnapshotName()).isEqualTo("to go");
    delete.setSnapshotIds(new String[] {id});
    client.DeleteSnapshots(delete);
    DescribeSnapshotsRequest gone = new DescribeSnapshotsRequest();
    gone.setSnapshotIds(new String[] {id});
    assertThat(client.DescribeSnapshots(gone).getTotalCount()).isZero();

    CbsClient stranger =
        new CbsClient(new Credential(secretId(), "another-secret-key"), REGION, profile("POST"));
    assertFails(
        () -> stranger.DescribeDisks(new DescribeDisksRequest()), "AuthFailure.SignatureFailure");
  }

  private static void checkPolicies(CbsClient client, Sample sample) throws Exception {
    Policy rule = new Policy();
    rule.setDayOfWeek(new Long[] {0L, 6L});
    rule.setHour(new Long[] {3L, 15L});
    CreateAutoSnapshotPolicyRequest create = new CreateAutoSnapshotPolicyRequest();
    create.setPolicy(new Policy[] {rule});
    create.setAutoSnapshotPolicyName("java");
    String id = client.CreateAutoSnapshotPolicy(create).getAutoSnapshotPolicyId();
    BindAutoSnapshotPolicyRequest bind = new BindAutoSnapshotPolicyRequest();
    bind.setAutoSnapshotPolicyId(id);
    bind.setDiskIds(new String[] {sample.disk()});
    client.BindAutoSnapshotPolicy(bind);
    DescribeDiskAssociatedAutoSnapshotPolicyRequest of =
        new DescribeDiskAssociatedAutoSnapshotPolicyRequest();
    of.setDiskId(sample.disk());
    assertThat(client.DescribeDiskAssociatedAutoSnapshotPolicy(of).getTotalCount()).isEqualTo(1);
    ModifyAutoSnapshotPolicyAttributeRequest modify =
        new ModifyAutoSnapshotPolicyAttributeRequest();
    modify.setAutoSnapshotPolicyId(id);
    modify.setIsPermanent(true);
    client.ModifyAutoSnapshotPolicyAttribute(modify);
    DescribeAutoSnapshotPoliciesRequest list = new DescribeAutoSnapshotPoliciesRequest();
    list.setAutoSnapshotPolicyIds(new String[] {id});
    var listed = client.DescribeAutoSnapshotPolicies(list).getAutoSnapshotPolicySet()[0];
    assertThat(listed.getIsPermanent()).isTrue();
    assertThat(listed.getPolicy()[0].getHour()).containsExactly(3L, 15L);
    UnbindAutoSnapshotPolicyRequest unbind = new UnbindAutoSnapshotPolicyRequest();
    unbind.setAutoSnapshotPolicyId(id);
    unbind.setDiskIds(new String[] {sample.disk()});
    client.UnbindAutoSnapshotPolicy(unbind);
    DeleteAutoSnapshotPoliciesRequest delete = new DeleteAutoSnapshotPoliciesRequest();
    delete.setAutoSnapshotPolicyIds(new String[] {id});
    client.DeleteAutoSnapshotPolicies(delete);
  }

  private static Tag tag(String key, String value) {
    Tag tag = new Tag();
    tag.setKey(key);
    tag.setValue(value);
    return tag;
  }

  private static Filter filter(String name, String... values) {
    Filter filter = new Filter();
    filter.setName(name);
    filter.setValues(values);
    return filter;
  }
}
