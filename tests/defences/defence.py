"""What a defence is, to a program: the text that defends, what the exchange is without it, and the test that notices.

Each topic is a file beside this one with a tuple DEFENCES; `python -m tests.defences.prove` takes them out in turn.
"""

import ast
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TOPICS = Path(__file__).parent
NOT_TOPICS = {"__init__", "defence", "prove", "proofs", "test_defences"}


class Defence(NamedTuple):
    """With `old` replaced by `new`, `test` has to fail: otherwise it proves nothing."""

    point: str
    """The crash point that it defends: C1 to C38, or several: "C17 C18"."""
    name: str
    file: str
    """From the root of the checkout."""
    old: str
    """Found in the file exactly once."""
    new: str
    test: str
    """As pytest is asked for it: tests/engine/test_x.py::test_y."""


def topics() -> list[str]:
    return sorted(path.stem for path in TOPICS.glob("*.py") if path.stem not in NOT_TOPICS)


def all_defences() -> tuple[Defence, ...]:
    return tuple(defence for topic in topics() for defence in import_module(f"tests.defences.{topic}").DEFENCES)


def taken_out(defence: Defence, root: Path = ROOT) -> str:
    """The file without the defence. Raise LookupError when its place has gone."""
    text = (root / defence.file).read_text()
    found = text.count(defence.old)
    if found != 1:
        raise LookupError(f"{defence.name}: its text is in {defence.file} {found} times, not once")
    return text.replace(defence.old, defence.new)


def has_test(test: str, root: Path = ROOT) -> bool:
    """Is there a function of that name? Which of its cases are meant, in brackets, is for pytest to find."""
    path, _, name = test.partition("::")
    if not (root / path).is_file():
        return False
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    found = {node.name for node in ast.parse((root / path).read_text()).body if isinstance(node, functions)}
    return name.partition("[")[0] in found
