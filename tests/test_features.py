"""The table of features can be ticked against tests that are really there."""

import ast
import functools
import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "reference" / "features.md"
ROW = re.compile(r"^\| (?P<feature>[^|]+) \| (?P<tick>[✔–]) \|(?P<tests>[^|]*)\|$", re.MULTILINE)


@functools.cache
def functions_of(path: Path) -> set[str]:
    found = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def rows() -> list[re.Match[str]]:
    return list(ROW.finditer(PAGE.read_text()))


def test_every_test_that_the_page_names_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE.read_text())
    assert len(named) > 100
    missing = [f"{path}::{name}" for path, name in named if name not in functions_of(TESTS / path)]
    assert missing == []


def test_every_feature_that_is_ticked_names_a_test() -> None:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("|") and "---" not in line]
    assert len(rows()) == len(lines) - PAGE.read_text().count("| feature |")
    for row in rows():
        assert (row["tick"] == "✔") == ("::" in row["tests"]), row["feature"]
