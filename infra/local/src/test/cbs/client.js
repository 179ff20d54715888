// The CBS API by the official Node.js SDK: client.js HOST:PORT REGION DISK IMAGE NAME.
"use strict";

const fs = require("fs");
const { cbs } = require("tencentcloud-sdk-nodejs/tencentcloud/services/cbs");

const [endpoint, region, disk, image, name] = process.argv.slice(2);

function client(secretKey, reqMethod) {
  return new cbs.v20170312.Client({
    credential: { secretId: process.env.TENCENTCLOUD_SECRET_ID, secretKey },
    region,
    profile: { language: "en-US", httpProfile: { endpoint, protocol: "http://", reqMethod } },
  });
}

function check(fact, what) {
  if (!fact) {
    throw new Error(what);
  }
}

async function error(code, promise) {
  let failed;
  try {
    await promise;
  } catch (e) {
    failed = e;
  }
  check(failed && failed.code === code, `not ${code}: ${failed}`);
}

async function wait(what, come) {
  const end = Date.now() + 60000;
  while (!(await come())) {
    check(Date.now() < end, what + " takes too long");
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function run() {
  const api = client(process.env.TENCENTCLOUD_SECRET_KEY, "POST");
  const show = async (id) => (await api.DescribeSnapshots({ SnapshotIds: [id] })).SnapshotSet[0];
  const showDisk = async (id) => (await api.DescribeDisks({ DiskIds: [id] })).DiskSet[0];

  // Create, find, rename.
  const { SnapshotId } = await api.CreateSnapshot({ DiskId: disk, SnapshotName: name });
  await wait("the snapshot", async () => (await show(SnapshotId)).SnapshotState === "NORMAL");
  await api.ModifySnapshotAttribute({ SnapshotId, SnapshotName: name + " é 名" });
  for (const method of ["POST", "GET"]) {
    const found = await client(process.env.TENCENTCLOUD_SECRET_KEY, method).DescribeSnapshots({
      Filters: [
        { Name: "snapshot-name", Values: [name + " é 名", "b *"] },
        { Name: "disk-id", Values: [disk] },
      ],
      Limit: 5,
    });
    check(found.TotalCount === 1 && found.SnapshotSet[0].SnapshotId === SnapshotId, method);
  }

  // Roll back what is spoilt now.
  const file = fs.openSync(image, "r+");
  fs.writeSync(file, Buffer.alloc(65536), 0, 65536, 0);
  fs.closeSync(file);
  await api.ApplySnapshot({ SnapshotId, DiskId: disk });
  await wait("the rollback", async () => !(await showDisk(disk)).Rollbacking);

  // A new disk, once for one token.
  const wanted = {
    SnapshotId,
    Placement: { Zone: (await show(SnapshotId)).Placement.Zone },
    DiskType: "CLOUD_PREMIUM",
    DiskChargeType: "POSTPAID_BY_HOUR",
    DiskName: name + "-copy",
    ClientToken: name,
  };
  const [copy] = (await api.CreateDisks(wanted)).DiskIdSet;
  check((await api.CreateDisks(wanted)).DiskIdSet[0] === copy, "two disks for one token");
  await wait("the new disk", async () => (await showDisk(copy)).DiskState === "UNATTACHED");

  // A policy.
  const { AutoSnapshotPolicyId } = await api.CreateAutoSnapshotPolicy({
    Policy: [{ DayOfMonth: [1, 31], Hour: [3] }],
    AutoSnapshotPolicyName: name,
    IsPermanent: true,
  });
  await api.BindAutoSnapshotPolicy({ AutoSnapshotPolicyId, DiskIds: [disk] });
  const bound = await api.DescribeDiskAssociatedAutoSnapshotPolicy({ DiskId: disk });
  check(bound.AutoSnapshotPolicySet[0].Policy[0].DayOfMonth.length === 2, "other days");
  await api.ModifyAutoSnapshotPolicyAttribute({ AutoSnapshotPolicyId, IsActivated: false });
  const listed = await api.DescribeAutoSnapshotPolicies({
    Filters: [{ Name: "auto-snapshot-policy-name", Values: [name] }],
  });
  check(listed.AutoSnapshotPolicySet[0].IsActivated === false, "still active");
  await api.UnbindAutoSnapshotPolicy({ AutoSnapshotPolicyId, DiskIds: [disk] });
  await api.DeleteAutoSnapshotPolicies({ AutoSnapshotPolicyIds: [AutoSnapshotPolicyId] });

  check((await api.DescribeSnapshotOverview({})).TotalNums >= 1, "no overview");
  check((await api.GetSnapOverview({})).TotalNums >= 1, "no overview");

  // Errors, and deleting all or nothing.
  const missing = "snap-00000000000000000";
  await error("InvalidSnapshotId.NotFound", api.DeleteSnapshots({ SnapshotIds: [SnapshotId, missing] }));
  await error(
    "UnsupportedOperation",
    api.DescribeSnapshotSharePermission({ SnapshotId })
  );
  await error("AuthFailure.SignatureFailure", client("another-secret-key", "POST").DescribeDisks({}));
  await api.DeleteSnapshots({ SnapshotIds: [SnapshotId] });
  check((await api.DescribeSnapshots({ SnapshotIds: [SnapshotId] })).TotalCount === 0, "still there");
}

run().catch((e) => {
  console.error(e);
  process.exit(1);
});
