"""Translates a SAM template and compares what it grants with policies that are tested elsewhere.

usage: check-policies.py TEMPLATE FOLDER
"""

import json
import re
import sys
from pathlib import Path

import cfnlint.decode
from samtranslator.translator.transform import transform

# The policies that have a file of their own, by the logical id of the resource.
POLICIES = {
    "ReaderPolicy": "reader",
    "AgentPolicy": "agent",
    "FunctionsPolicy": "functions",
    "CollectorPolicy": "collector",
}
# What each role may besides the policy that bears its name, action by action.
BESIDES = {"logs:CreateLogStream", "logs:PutLogEvents"}

WORDS = {
    "${Bucket.Arn}": "arn:aws:s3:::BUCKET",
    "${!aws:PrincipalTag/tidemark-host}": "HOST",
}


class NoManagedPolicies:
    """Answers the translator, which wants to know AWS' own policies; the template names none."""

    def load(self):
        return {}


def plain(value):
    """Without intrinsic functions, in the words of the policies' files."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::GetAtt"}:
        target = value["Fn::GetAtt"]
        name = target if isinstance(target, str) else ".".join(target)
        return plain({"Fn::Sub": "${%s}" % name})
    if set(value) == {"Fn::Sub"}:
        text = value["Fn::Sub"]
        for word, meaning in WORDS.items():
            text = text.replace(word, meaning)
        return text.replace("BUCKET/tidemark/", "BUCKET/PREFIX/")
    return {key: plain(one) for key, one in value.items()}


def statements(document):
    """One statement an action and resource, so that their order and grouping do not matter."""
    found = set()
    for statement in document["Statement"]:
        as_list = lambda value: value if isinstance(value, list) else [value]
        condition = json.dumps(statement.get("Condition", {}), sort_keys=True)
        for action in as_list(statement["Action"]):
            for resource in as_list(statement["Resource"]):
                found.add((statement["Effect"], action, resource, condition))
    return found


def compare(name, granted, tested):
    return [
        "%s: %s %s" % (name, "grants what is not tested:" if one in granted else "lacks:", one)
        for one in sorted(granted ^ tested)
    ]


def check(template, folder):
    source, matches = cfnlint.decode.decode(template)
    if matches:
        return [str(match) for match in matches]
    source = json.loads(json.dumps(source))
    # As `sam package` leaves it.
    source["Globals"]["Function"]["CodeUri"] = "s3://packages/functions.zip"
    translated = transform(source, {}, NoManagedPolicies())
    resources = translated["Resources"]
    faults = []
    for resource, name in POLICIES.items():
        document = json.loads(
            json.dumps(plain(resources[resource]["Properties"]["PolicyDocument"])).replace(
                '"tidemark/*"', '"PREFIX/*"'
            )
        )
        tested = json.loads((folder / (name + ".json")).read_text())
        faults += compare(resource, statements(document), statements(tested))
    for name, resource in sorted(resources.items()):
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            if properties.get("ManagedPolicyArns") != [{"Ref": re.sub("Role$", "Policy", name)}]:
                faults.append(name + ": has other policies than the one that bears its name")
            for policy in properties.get("Policies", []):
                for _, action, target, _ in statements(plain(policy["PolicyDocument"])):
                    if action not in BESIDES or "*" in str(target):
                        faults.append("%s: may %s on %s" % (name, action, target))
        elif resource["Type"] == "AWS::IAM::ManagedPolicy" and name not in POLICIES:
            faults.append(name + ": is not tested, for it has no file in " + str(folder))
        elif resource["Type"] == "AWS::Lambda::Function":
            role = properties["Role"].get("Fn::GetAtt", [""])[0]
            if role not in resources:
                faults.append(name + ": has no role of this template")
    kinds = [resource["Type"] for resource in resources.values()]
    print(
        "%d resources, %d functions, %d schedules, %d policies as tested"
        % (
            len(kinds),
            kinds.count("AWS::Lambda::Function"),
            kinds.count("AWS::Events::Rule"),
            len(POLICIES),
        )
    )
    return faults


if __name__ == "__main__":
    found = check(sys.argv[1], Path(sys.argv[2]))
    for fault in found:
        print(fault, file=sys.stderr)
    sys.exit(1 if found else 0)
