"""Looks whether built descriptions keep least privilege, beyond what a schema can say.

usage: check-access.py FILE
"""

import sys

import yaml

# Whose secrets a workload may read, by its name; everything else may read none.
SECRETS = {
    "functions": {"functions-store-key", "tokens"},
    "schedule-tick": {"functions-store-key"},
    "abort-silent": {"functions-store-key"},
    "expire": {"functions-store-key"},
    "index-sweep": {"functions-store-key"},
    "collect": {"collector-store-key"},
    "verify-sample": {"reader-store-key"},
    "agent": {"agent-store-key"},
}
AGENT_CAPABILITIES = {"DAC_READ_SEARCH", "LEASE"}


def pod(document):
    spec = document.get("spec", {})
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec.get("template", {}).get("spec")


def secrets(spec):
    for container in spec["containers"]:
        for source in container.get("envFrom", []):
            if "secretRef" in source:
                yield source["secretRef"]["name"]
        for variable in container.get("env", []):
            if "secretKeyRef" in variable.get("valueFrom", {}):
                yield variable["valueFrom"]["secretKeyRef"]["name"]
    for volume in spec.get("volumes", []):
        if "secret" in volume:
            yield volume["secret"]["secretName"]


def faults_of_pod(name, spec):
    agent = name == "agent"
    if spec.get("automountServiceAccountToken") is not False:
        yield "has a token of the cluster's"
    if set(secrets(spec)) != SECRETS.get(name, set()):
        yield "reads the secrets %s" % sorted(secrets(spec))
    if not agent:
        if any("hostPath" in volume for volume in spec.get("volumes", [])):
            yield "mounts a folder of the host"
        if not spec.get("securityContext", {}).get("runAsNonRoot"):
            yield "may run as root"
    if spec.get("hostNetwork") or spec.get("hostIPC"):
        yield "shares network or memory with the host"
    for container in spec["containers"]:
        context = container.get("securityContext", {})
        if not context.get("readOnlyRootFilesystem"):
            yield "may write into its image"
        if "memory" not in container.get("resources", {}).get("limits", {}):
            yield "has no limit of memory"
        if agent and context.get("privileged"):
            # Only where its volumes are devices.
            if not any(v.get("hostPath", {}).get("path") == "/dev" for v in spec["volumes"]):
                yield "is privileged without need"
            continue
        if spec.get("hostPID"):
            yield "sees the host's processes"
        if context.get("allowPrivilegeEscalation") is not False or context.get("privileged"):
            yield "may gain rights"
        capabilities = context.get("capabilities", {})
        if capabilities.get("drop") != ["ALL"]:
            yield "keeps capabilities"
        if set(capabilities.get("add", [])) - (AGENT_CAPABILITIES if agent else set()):
            yield "is given capabilities %s" % capabilities["add"]


def check(documents):
    faults = []
    found = set()
    for document in documents:
        name = document["metadata"]["name"]
        if document["kind"] in ("Secret", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"):
            faults.append("%s %s: is not to be here" % (document["kind"], name))
        if document["kind"] == "ServiceAccount" and document.get("automountServiceAccountToken") is not False:
            faults.append("ServiceAccount %s: gives a token of the cluster's" % name)
        spec = pod(document)
        if spec is not None:
            found.add(name)
            faults += ["%s %s: %s" % (document["kind"], name, fault) for fault in faults_of_pod(name, spec)]
    faults += ["%s: is missing" % name for name in sorted(set(SECRETS) - found)]
    closed = {
        document["metadata"]["namespace"]
        for document in documents
        if document["kind"] == "NetworkPolicy"
        and document["spec"]["podSelector"] == {}
        and set(document["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        and "ingress" not in document["spec"]
    }
    for document in documents:
        if pod(document) is not None and document["metadata"]["namespace"] not in closed:
            faults.append("%s: is open to everybody" % document["metadata"]["name"])
    return faults


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        found = check([document for document in yaml.safe_load_all(file) if document])
    for fault in found:
        print(fault, file=sys.stderr)
    sys.exit(1 if found else 0)
