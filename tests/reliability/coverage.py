"""Which test covers which crash point: what tests say of themselves, in the first words of a docstring or in a name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.defences.defence import ROOT, Defence, all_defences
from tests.reliability.points import POINTS

FIRST_WORDS = re.compile(r"(?:\[?C\d+\]?[:,]?\s*(?:and\s+)?)+")
IN_A_NAME = re.compile(r"(?<=_)c\d+(?=_)")


class Claim(NamedTuple):
    file: str
    name: str


def points_of(test: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """In ascending order."""
    said = FIRST_WORDS.match(ast.get_docstring(test) or "")
    found = {word.upper() for word in IN_A_NAME.findall(test.name)} | set(re.findall(r"C\d+", said[0] if said else ""))
    return sorted(found, key=lambda point: int(point[1:]))


def claims_in(root: Path = ROOT) -> Iterator[tuple[Claim, list[str]]]:
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield Claim(str(path.relative_to(root)), node.name), points_of(node)


def covering() -> dict[str, list[Claim]]:
    """Every test, point by point. Raise LookupError for a point that there is not."""
    found: dict[str, list[Claim]] = {point: [] for point in POINTS}
    for test, points in claims_in():
        for point in points:
            if point not in found:
                raise LookupError(f"{test.file}::{test.name} names {point}, which there is not")
            found[point].append(test)
    return found


def defending() -> dict[str, list[Defence]]:
    found: dict[str, list[Defence]] = {point: [] for point in POINTS}
    for defence in all_defences():
        for point in defence.point.split():
            found[point].append(defence)
    return found
