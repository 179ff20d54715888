// The CBS API by the official Go SDK: cbs-client HOST:PORT REGION DISK IMAGE NAME.
package main

import (
	"fmt"
	"os"
	"time"

	cbs "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/cbs/v20170312"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	sdk "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

var text = common.StringPtr
var texts = common.StringPtrs

func check(fact bool, what string) {
	if !fact {
		fmt.Fprintln(os.Stderr, what)
		os.Exit(1)
	}
}

func must[T any](answer T, err error) T {
	check(err == nil, fmt.Sprint(err))
	return answer
}

func fails(code string, err error) {
	failure, ok := err.(*sdk.TencentCloudSDKError)
	check(ok && failure.GetCode() == code, fmt.Sprintf("not %s: %v", code, err))
}

func wait(what string, come func() bool) {
	end := time.Now().Add(time.Minute)
	for !come() {
		check(time.Now().Before(end), what+" takes too long")
		time.Sleep(100 * time.Millisecond)
	}
}

func client(key, method string) *cbs.Client {
	p := profile.NewClientProfile()
	p.HttpProfile.Endpoint = os.Args[1]
	p.HttpProfile.Scheme = "HTTP"
	p.HttpProfile.ReqMethod = method
	p.Language = "en-US"
	return must(cbs.NewClient(common.NewCredential(os.Getenv("TENCENTCLOUD_SECRET_ID"), key), os.Args[2], p))
}

func main() {
	disk, image, name := os.Args[3], os.Args[4], os.Args[5]
	key := os.Getenv("TENCENTCLOUD_SECRET_KEY")
	api := client(key, "POST")

	show := func(id string) *cbs.Snapshot {
		r := cbs.NewDescribeSnapshotsRequest()
		r.SnapshotIds = texts([]string{id})
		return must(api.DescribeSnapshots(r)).Response.SnapshotSet[0]
	}
	showDisk := func(id string) *cbs.Disk {
		r := cbs.NewDescribeDisksRequest()
		r.DiskIds = texts([]string{id})
		return must(api.DescribeDisks(r)).Response.DiskSet[0]
	}

	// Create, find, rename.
	create := cbs.NewCreateSnapshotRequest()
	create.DiskId, create.SnapshotName = &disk, &name
	id := *must(api.CreateSnapshot(create)).Response.SnapshotId
	wait("the snapshot", func() bool { return *show(id).SnapshotState == "NORMAL" })
	rename := cbs.NewModifySnapshotAttributeRequest()
	rename.SnapshotId, rename.SnapshotName = &id, text(name+" é 名")
	must(api.ModifySnapshotAttribute(rename))
	for _, method := range []string{"POST", "GET"} {
		find := cbs.NewDescribeSnapshotsRequest()
		find.Filters = []*cbs.Filter{
			{Name: text("snapshot-name"), Values: texts([]string{name + " é 名", "b *"})},
			{Name: text("disk-id"), Values: texts([]string{disk})},
		}
		found := must(client(key, method).DescribeSnapshots(find)).Response
		check(*found.TotalCount == 1 && *found.SnapshotSet[0].SnapshotId == id, method+": another one")
	}

	// Roll back what is spoilt now.
	file := must(os.OpenFile(image, os.O_RDWR, 0))
	must(file.WriteAt(make([]byte, 65536), 0))
	check(file.Close() == nil, "the image is not written")
	apply := cbs.NewApplySnapshotRequest()
	apply.SnapshotId, apply.DiskId = &id, &disk
	must(api.ApplySnapshot(apply))
	wait("the rollback", func() bool { return !*showDisk(disk).Rollbacking })

	// A new disk, once for one token.
	wanted := cbs.NewCreateDisksRequest()
	wanted.SnapshotId = &id
	wanted.Placement = &cbs.Placement{Zone: show(id).Placement.Zone}
	wanted.DiskType, wanted.DiskChargeType = text("CLOUD_PREMIUM"), text("POSTPAID_BY_HOUR")
	wanted.DiskName, wanted.ClientToken = text(name+"-copy"), &name
	disks := must(api.CreateDisks(wanted)).Response.DiskIdSet
	check(*must(api.CreateDisks(wanted)).Response.DiskIdSet[0] == *disks[0], "two disks for one token")
	wait("the new disk", func() bool { return *showDisk(*disks[0]).DiskState == "UNATTACHED" })

	// A policy.
	policy := cbs.NewCreateAutoSnapshotPolicyRequest()
	policy.Policy = []*cbs.Policy{{DayOfWeek: common.Uint64Ptrs([]uint64{0}), Hour: common.Uint64Ptrs([]uint64{3})}}
	policy.AutoSnapshotPolicyName = &name
	policyId := must(api.CreateAutoSnapshotPolicy(policy)).Response.AutoSnapshotPolicyId
	bind := cbs.NewBindAutoSnapshotPolicyRequest()
	bind.AutoSnapshotPolicyId, bind.DiskIds = policyId, texts([]string{disk})
	must(api.BindAutoSnapshotPolicy(bind))
	of := cbs.NewDescribeDiskAssociatedAutoSnapshotPolicyRequest()
	of.DiskId = &disk
	check(*must(api.DescribeDiskAssociatedAutoSnapshotPolicy(of)).Response.TotalCount == 1, "not bound")
	pause := cbs.NewModifyAutoSnapshotPolicyAttributeRequest()
	pause.AutoSnapshotPolicyId, pause.IsActivated = policyId, common.BoolPtr(false)
	must(api.ModifyAutoSnapshotPolicyAttribute(pause))
	list := cbs.NewDescribeAutoSnapshotPoliciesRequest()
	list.AutoSnapshotPolicyIds = []*string{policyId}
	listed := must(api.DescribeAutoSnapshotPolicies(list)).Response.AutoSnapshotPolicySet[0]
	check(!*listed.IsActivated && *listed.RetentionDays == 7, "another policy")
	unbind := cbs.NewUnbindAutoSnapshotPolicyRequest()
	unbind.AutoSnapshotPolicyId, unbind.DiskIds = policyId, texts([]string{disk})
	must(api.UnbindAutoSnapshotPolicy(unbind))
	remove := cbs.NewDeleteAutoSnapshotPoliciesRequest()
	remove.AutoSnapshotPolicyIds = []*string{policyId}
	must(api.DeleteAutoSnapshotPolicies(remove))

	check(*must(api.GetSnapOverview(cbs.NewGetSnapOverviewRequest())).Response.TotalNums >= 1, "no overview")
	check(*must(api.DescribeSnapshotOverview(cbs.NewDescribeSnapshotOverviewRequest())).Response.TotalNums >= 1, "no overview")

	// Errors, and deleting all or nothing.
	both := cbs.NewDeleteSnapshotsRequest()
	both.SnapshotIds = texts([]string{id, "snap-00000000000000000"})
	_, err := api.DeleteSnapshots(both)
	fails("InvalidSnapshotId.NotFound", err)
	share := cbs.NewDescribeSnapshotSharePermissionRequest()
	share.SnapshotId = &id
	_, err = api.DescribeSnapshotSharePermission(share)
	fails("UnsupportedOperation", err)
	_, err = client("another-secret-key", "POST").DescribeDisks(cbs.NewDescribeDisksRequest())
	fails("AuthFailure.SignatureFailure", err)
	one := cbs.NewDeleteSnapshotsRequest()
	one.SnapshotIds = texts([]string{id})
	must(api.DeleteSnapshots(one))
	gone := cbs.NewDescribeSnapshotsRequest()
	gone.SnapshotIds = texts([]string{id})
	check(*must(api.DescribeSnapshots(gone)).Response.TotalCount == 0, "it is still there")
}
