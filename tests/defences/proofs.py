"""Which defences were seen to be noticed, and by what text: a proof is of a defence and a test as they were then."""

import ast
import hashlib
import json

from tests.defences.defence import ROOT, Defence

KEPT = ROOT / "tests/reliability/proven.json"


def fingerprint(defence: Defence) -> str:
    """Of what is taken out, what is put in its place, and the test that noticed."""
    path, _, name = defence.test.partition("::")
    text = (ROOT / path).read_text()
    nodes = [node for node in ast.parse(text).body if getattr(node, "name", "") == name.partition("[")[0]]
    test = "".join(ast.get_source_segment(text, node) or "" for node in nodes)
    return hashlib.sha256(repr((*defence[2:], test)).encode()).hexdigest()[:16]


def kept() -> dict[str, str]:
    found: dict[str, str] = json.loads(KEPT.read_text())
    return found


def keep(proven: dict[str, str], unproven: list[str]) -> None:
    """Names, and of those that were proven the fingerprint of what was tried: the sources may have changed since."""
    told = kept() | proven
    for name in unproven:
        told.pop(name, None)
    KEPT.write_text(json.dumps(dict(sorted(told.items())), indent=2) + "\n")


def is_proven(defence: Defence) -> bool:
    return kept().get(defence.name) == fingerprint(defence)
