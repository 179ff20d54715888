"""The CBS API by the official Python SDK: client.py HOST:PORT REGION DISK IMAGE NAME."""

import os
import sys
import time

from tencentcloud.cbs.v20170312 import cbs_client, models
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import (
    TencentCloudSDKException,
)
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

endpoint, region, disk, image, name = sys.argv[1:]
secret_id = os.environ["TENCENTCLOUD_SECRET_ID"]
secret_key = os.environ["TENCENTCLOUD_SECRET_KEY"]


def client(key, method="POST"):
    http = HttpProfile(protocol="http", endpoint=endpoint, reqMethod=method)
    profile = ClientProfile(httpProfile=http, language="en-US")
    return cbs_client.CbsClient(credential.Credential(secret_id, key), region, profile)


cbs = client(secret_key)


def request(kind, **members):
    made = getattr(models, kind + "Request")()
    made._deserialize(members)
    return made


def call(action, **members):
    return getattr(cbs, action)(request(action, **members))


def error(code, action, using=None, **members):
    try:
        getattr(using or cbs, action)(request(action, **members))
    except TencentCloudSDKException as e:
        check(e.get_code() == code, f"{action}: {e.get_code()}, not {code}: {e}")
        return
    check(False, f"{action} did not fail")


def check(fact, what):
    if not fact:
        sys.exit(what)


def wait(what, come):
    end = time.monotonic() + 60
    while not come():
        check(time.monotonic() < end, what + " takes too long")
        time.sleep(0.1)


def snapshots(**members):
    return call("DescribeSnapshots", **members)


def show(snapshot):
    return snapshots(SnapshotIds=[snapshot]).SnapshotSet[0]


def show_disk(wanted):
    return call("DescribeDisks", DiskIds=[wanted]).DiskSet[0]


# Create, find, rename.
snapshot = call("CreateSnapshot", DiskId=disk, SnapshotName=name).SnapshotId
check(show(snapshot).SnapshotState in ("CREATING", "NORMAL"), "not there at once")
wait("the snapshot", lambda: show(snapshot).SnapshotState == "NORMAL")
check(show(snapshot).Percent == 100, "not all of it")
call("ModifySnapshotAttribute", SnapshotId=snapshot, SnapshotName=name + " é 名")
for method in ("POST", "GET"):
    found = client(secret_key, method).DescribeSnapshots(
        request(
            "DescribeSnapshots",
            Filters=[
                {"Name": "snapshot-name", "Values": [name + " é 名", "b *"]},
                {"Name": "disk-id", "Values": [disk]},
            ],
            Limit=5,
        )
    )
    check(found.TotalCount == 1, f"{method}: {found.TotalCount} found")
    check(found.SnapshotSet[0].SnapshotId == snapshot, method + ": another one")

# Roll back what is spoilt now.
with open(image, "r+b") as file:
    file.write(bytes(65536))
call("ApplySnapshot", SnapshotId=snapshot, DiskId=disk)
wait("the rollback", lambda: not show_disk(disk).Rollbacking)

# A new disk, once for one token.
wanted = dict(
    SnapshotId=snapshot,
    Placement={"Zone": show(snapshot).Placement.Zone},
    DiskType="CLOUD_PREMIUM",
    DiskChargeType="POSTPAID_BY_HOUR",
    DiskName=name + "-copy",
    ClientToken=name,
)
copies = call("CreateDisks", **wanted).DiskIdSet
check(call("CreateDisks", **wanted).DiskIdSet == copies, "two disks for one token")
wait("the new disk", lambda: show_disk(copies[0]).DiskState == "UNATTACHED")

# A policy.
rules = [{"DayOfWeek": [1, 5], "Hour": [3]}]
policy = call(
    "CreateAutoSnapshotPolicy", Policy=rules, AutoSnapshotPolicyName=name, RetentionDays=3
).AutoSnapshotPolicyId
call("BindAutoSnapshotPolicy", AutoSnapshotPolicyId=policy, DiskIds=[disk])
bound = call("DescribeDiskAssociatedAutoSnapshotPolicy", DiskId=disk).AutoSnapshotPolicySet
check(policy in [one.AutoSnapshotPolicyId for one in bound], "not bound")
call(
    "ModifyAutoSnapshotPolicyAttribute",
    AutoSnapshotPolicyId=policy,
    Policy=[{"IntervalDays": 3, "Hour": [3]}],
)
shown = call("DescribeAutoSnapshotPolicies", AutoSnapshotPolicyIds=[policy])
check(shown.AutoSnapshotPolicySet[0].Policy[0].IntervalDays == 3, "not every three days")
check(shown.AutoSnapshotPolicySet[0].RetentionDays == 3, "not for three days")
call("UnbindAutoSnapshotPolicy", AutoSnapshotPolicyId=policy, DiskIds=[disk])
call("DeleteAutoSnapshotPolicies", AutoSnapshotPolicyIds=[policy])

check(call("GetSnapOverview").TotalNums >= 1, "no overview")
check(call("DescribeSnapshotOverview").TotalNums >= 1, "no overview")

# Errors, and deleting all or nothing.
missing = "snap-00000000000000000"
error("InvalidSnapshotId.NotFound", "DeleteSnapshots", SnapshotIds=[snapshot, missing])
error("UnsupportedOperation", "CopySnapshotCrossRegions", SnapshotId=snapshot, DestinationRegions=["x"])
error("AuthFailure.SignatureFailure", "DescribeDisks", using=client("another-secret-key"))
call("DeleteSnapshots", SnapshotIds=[snapshot])
check(snapshots(SnapshotIds=[snapshot]).TotalCount == 0, "it is still there")
