#!/usr/bin/env python3
"""Our api/*.toml against AWS's models as botocore carries them: drift is red.

Compares operations, each of which is ours or refused by name, and of ours shapes, members and their
order, constraints and errors. Wanted differences are listed in exceptions.toml. Runs under pytest, or alone: python3 tests/parity/test_api_parity.py
"""
import gzip
import json
import pathlib
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import apigen  # noqa: E402

SERVICES = ["events", "sqs"]
CONSTRAINTS = ["min", "max", "pattern", "enum", "sensitive"]


def skip(reason):
    if "pytest" in sys.modules:
        import pytest
        pytest.skip(reason)
    print(f"skipped: {reason}")
    sys.exit(0)


def model_of(service, version):
    try:
        import botocore
    except ImportError:
        skip("botocore is not installed; AWS's models come from it (pip install botocore)")
    folder = pathlib.Path(botocore.__file__).parent / "data" / service / version
    for name, opener in (("service-2.json.gz", gzip.open), ("service-2.json", open)):
        if (folder / name).exists():
            with opener(folder / name, "rt", encoding="utf-8") as file:
                return json.load(file)
    skip(f"this botocore has no model of {service} {version}")


def our_type(api, name, depth=0):
    """A type as far as the wire and the validator can tell: kind, constraints, parts."""
    if name in apigen.PRIMITIVES:
        return {"kind": name}
    if name in api.shapes:
        return {"kind": "structure", "name": name}
    entry = api.types[name]
    facts = {k: entry[k] for k in CONSTRAINTS if k in entry}
    if "list" in entry:
        return facts | {"kind": "list", "element": our_type(api, entry["list"])}
    if "value" in entry:
        return facts | {"kind": "map", "key": our_type(api, entry["key"]),
                        "element": our_type(api, entry["value"])}
    return facts | {"kind": entry["type"]}


def their_type(shapes, name):
    shape = shapes[name]
    if shape["type"] == "structure":
        return {"kind": "structure", "name": name}
    facts = {k: shape[k] for k in CONSTRAINTS if k in shape}
    if shape["type"] == "list":
        return facts | {"kind": "list", "element": their_type(shapes, shape["member"]["shape"])}
    if shape["type"] == "map":
        return facts | {"kind": "map", "key": their_type(shapes, shape["key"]["shape"]),
                        "element": their_type(shapes, shape["value"]["shape"])}
    return facts | {"kind": shape["type"]}


def sorted_enums(facts):
    """AWS prints enums in an order of its own, which the model does not tell."""
    return {k: sorted(v) if k == "enum" else sorted_enums(v) if isinstance(v, dict) else v
            for k, v in facts.items()}


def our_facts(api):
    facts = {"protocol": api.service["protocol"], "target_prefix": api.service["target_prefix"],
             "signing_name": api.service["signing_name"], "version": api.service["api_version"]}
    for name, op in api.operations.items():
        facts[f"{name} input"] = op["input"]
        facts[f"{name} output"] = op.get("output")
        facts[f"{name} errors"] = op["errors"]
    for name in api.structs():
        facts[f"{name} members"] = [m for m, _ in api.members(name)]
        for member, spec in api.members(name):
            facts[f"{name}.{member} required"] = bool(spec.get("required"))
            facts[f"{name}.{member} type"] = sorted_enums(our_type(api, spec["type"]))
    return facts


def their_facts(api, model):
    meta, shapes = model["metadata"], model["shapes"]
    facts = {"protocol": f"awsJson{meta['jsonVersion'].replace('.', '_')}",
             "target_prefix": meta["targetPrefix"], "version": meta["apiVersion"],
             "signing_name": meta.get("signingName", meta["endpointPrefix"])}
    for name in api.operations:
        op = model["operations"].get(name, {})
        facts[f"{name} input"] = op.get("input", {}).get("shape")
        facts[f"{name} output"] = op.get("output", {}).get("shape")
        facts[f"{name} errors"] = [e["shape"] for e in op.get("errors", [])]
    for name in api.structs():
        shape = shapes.get(name, {"members": {}})
        facts[f"{name} members"] = list(shape["members"])
        for member, spec in shape["members"].items():
            facts[f"{name}.{member} required"] = member in shape.get("required", [])
            facts[f"{name}.{member} type"] = sorted_enums(their_type(shapes, spec["shape"]))
    return facts


def differences(service):
    api = apigen.Api(ROOT / "api" / f"{service}.toml")
    model = model_of(service, api.service["api_version"])
    ours, theirs = our_facts(api), their_facts(api, model)
    named = api.operations.keys() | api.refused.keys()
    for name in sorted(model["operations"].keys() ^ named):
        yield f"operation {name}", name in named, name in model["operations"]
    modelled = {n for n, s in model["shapes"].items() if s.get("exception")}
    for name in modelled - api.errors.keys():
        yield f"error {name}", None, "declared"
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            yield key, ours.get(key), theirs.get(key)


def check(service):
    wanted = tomllib.loads((pathlib.Path(__file__).parent / "exceptions.toml").read_text())
    wanted = dict(wanted.get(service, {}))
    wrong = [f"{service}: {key}: ours {ours}, AWS's {theirs}"
             for key, ours, theirs in differences(service) if wanted.pop(key, None) is None]
    wrong += [f"{service}: the exception '{key}' differs no longer" for key in wanted]
    assert not wrong, "\n".join(wrong)


def test_events():
    check("events")


def test_sqs():
    check("sqs")


if __name__ == "__main__":
    for one in SERVICES:
        check(one)
    print(f"{len(SERVICES)} services agree with AWS's models")
