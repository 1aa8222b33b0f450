# SPDX-License-Identifier: Apache-2.0
"""Is a record a sound OCSF 1.8.0 event? Checked: unknown and missing
attributes, types, ranges, enumerations, constraints, type_uid's arithmetic."""
import ipaddress
import json
import os
import re
import sys

PATH = os.path.join(os.path.dirname(__file__),
                    "../vectors/ocsf/ocsf-1.8.0.json")
with open(PATH, encoding="utf-8") as _file:
    SCHEMA = json.load(_file)
CLASSES = {c["class_uid"]: c for c in SCHEMA["classes"].values()}
INTEGERS = {"integer_t", "long_t", "timestamp_t", "port_t"}


def faults(record):
    """What is wrong with RECORD, a line each; [] for a sound one."""
    spec = CLASSES.get(record.get("class_uid"))
    if spec is None:
        return [f"class_uid {record.get('class_uid')!r} is not known"]
    profiles = record.get("metadata", {}).get("profiles", [])
    found = list(in_object(spec, record, "", profiles))
    if record.get("category_uid") != spec["category_uid"]:
        found.append(f"category_uid is not {spec['category_uid']}")
    activity = record.get("activity_id")
    if type(activity) is int and record.get("type_uid") != (
            spec["class_uid"] * 100 + activity):
        found.append("type_uid is not class_uid * 100 + activity_id")
    return found


def in_object(spec, value, path, profiles):
    rules = spec["attributes"]
    for name, item in value.items():
        if name in rules:
            yield from in_attribute(rules[name], item, path + name, profiles)
        else:
            yield f"{path}{name} is no attribute"
    for name, rule in rules.items():
        wanted = (rule["requirement"] == "required"
                  and rule.get("profile") in (None, *profiles))
        if wanted and name not in value:
            yield f"{path}{name} is missing"
    for kind, names in spec.get("constraints", {}).items():
        have = sum(name in value for name in names)
        if have == 0 or (kind == "just_one" and have > 1):
            yield f"{path or 'event'}: {kind} of {', '.join(names)}"


def in_attribute(rule, item, path, profiles):
    if rule.get("is_array"):
        if not isinstance(item, list):
            yield f"{path} is no array"
            return
        for number, one in enumerate(item):
            yield from in_one(rule, one, f"{path}[{number}]", profiles)
    else:
        yield from in_one(rule, item, path, profiles)


def in_one(rule, item, path, profiles):
    if rule.get("object", "object") != "object":
        if isinstance(item, dict):
            yield from in_object(SCHEMA["objects"][rule["object"]], item,
                                 path + ".", profiles)
        else:
            yield f"{path} is no object"
    elif "object" in rule or rule["type"] == "object_t":
        if not isinstance(item, dict):
            yield f"{path} is no object"
    else:
        wrong = scalar_fault(rule, item)
        if wrong:
            yield f"{path} = {item!r}: {wrong}"


def scalar_fault(rule, item):
    kinds = {rule["type"], rule.get("base", rule["type"])}
    if kinds & INTEGERS:
        if type(item) is not int:
            return "no integer"
        low, high = rule.get("range", (item, item))
        if not low <= item <= high:
            return f"outside {low} to {high}"
    elif "boolean_t" in kinds:
        if type(item) is not bool:
            return "no boolean"
    elif "float_t" in kinds:
        if type(item) not in (int, float):
            return "no number"
    elif "json_t" not in kinds and type(item) is not str:
        return "no text"
    elif "ip_t" in kinds:
        try:
            ipaddress.ip_address(item)
        except ValueError:
            return "no address"
    elif "regex" in rule and not re.search(rule["regex"], item):
        return f"not of the form {rule['regex']}"
    if "enum" in rule and str(item) not in rule["enum"]:
        return "not in the enumeration"
    return None


def main(paths):
    """Faults of records, one a line, in PATHS; exit 1 when there are any."""
    count = bad = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                count += 1
                wrong = faults(json.loads(line))
                bad += bool(wrong)
                for fault in wrong:
                    print(f"{path}:{number}: {fault}")
    print(f"{count} records, {bad} with faults")
    return 1 if bad or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
