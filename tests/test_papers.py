"""What the papers name exists: commands with their options, programs, settings, figures, addresses, files.

A page that tells an operator at night to give an option that is gone is worse than no page. Error messages and
docstrings of the product are papers too.
"""

import ast
import functools
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from trueman.cli import add_benchmarks, app
from trueman.infra.settings import Settings, environment_name

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")])
SOURCES = sorted([*(ROOT / "trueman").rglob("*.py"), *(ROOT / "bench").rglob("*.py")])
HISTORY = {"CHANGELOG.md"}
"""Names there what was, also when it is no more."""
CODE = re.compile(r"^```.*?^```|^ {4,}\S.*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"(?<![\w./-])trueman((?: +(?:--?)?[\w./…=,-]+| +\"[^\"\n]*\")+)")
OPTION = re.compile(r"--[a-z][a-z-]*")
SETTING = re.compile(r"\bTRUEMAN_[A-Z_]+\b")
FIGURE = re.compile(r"\btrueman_[a-z_]+[a-z]\b")
PLACE = re.compile(r"`((?:trueman|tests|bench|docs|client|deploy|install)/[\w./-]+)`")
ADDRESS = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE) (/(?:v1|api|sapi)/[\w/<>-]+)")
NO_FIGURES = {"trueman_api", "trueman_engine", "trueman_updater", "trueman_reader", "trueman_core__mypyc"}
"""Roles in PostgreSQL, and the compiled core."""


@functools.cache
def commands() -> TyperGroup:
    add_benchmarks()
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    return found


def pages() -> Iterator[tuple[str, str]]:
    return ((str(page.relative_to(ROOT)), page.read_text()) for page in PAGES if page.name not in HISTORY)


@functools.cache
def sources() -> str:
    paths = [path for path in ROOT.rglob("*.py") if path.parts[len(ROOT.parts)] in ("trueman", "tests", "bench")]
    return "\n".join(path.read_text() for path in paths if path != Path(__file__))


def calls() -> Iterator[tuple[str, str]]:
    """Where a command is named, and the words after `trueman`."""
    for name, text in pages():
        for code in CODE.findall(text):
            yield from ((name, words) for words in CALL.findall(code))
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for code in CODE.findall(node.value):
                    yield from ((str(path.relative_to(ROOT)), words) for words in CALL.findall(code))


def unknown_in(call: str) -> list[str]:
    """The words of a call that the command line would not take."""
    command: TyperCommand | TyperGroup = commands()
    words = shlex.split(call)
    while words and isinstance(command, TyperGroup) and not words[0].startswith("-"):
        found = command.commands.get(words[0])
        if found is None:
            return [words[0]]
        command, words = found, words[1:]
    options = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
    return [word for word in words if OPTION.match(word) and word.partition("=")[0] not in options]


def test_every_command_that_is_named_is_one_with_the_options_that_it_is_given() -> None:
    named = list(calls())
    assert len(named) > 150
    unknown = [f"{name}: trueman{call}: {words}" for name, call in named if (words := unknown_in(call))]
    assert not unknown, "\n".join(unknown)


@pytest.mark.parametrize(
    ("call", "unknown"),
    [
        (" up", []),
        (" bench soak --minutes 5", []),
        (" admin skip 4711 --reason 'a word'", []),
        (" engine --shadow --rehearsal", ["--rehearsal"]),
        (" admin open-the-desk", ["open-the-desk"]),
        (" bench everything", ["everything"]),
    ],
)
def test_a_command_that_is_none_is_noticed(call: str, unknown: list[str]) -> None:
    assert unknown_in(call) == unknown


def test_every_program_that_is_named_is_there() -> None:
    named = {found for _, text in pages() for found in re.findall(r"python -m ((?:tests|trueman|bench)[\w.]*)", text)}
    assert "tests.simulation" in named
    places = [ROOT / name.replace(".", "/") for name in named]
    assert [at for at in places if not (at / "__main__.py").exists() and not at.with_suffix(".py").exists()] == []


def test_every_make_target_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    codes = "\n".join(code.strip("` ") for _, text in pages() for code in CODE.findall(text))
    named = set(re.findall(r"^make ([a-z-]+)", codes, re.MULTILINE))
    assert {"up", "test", "test-long"} <= named
    assert named <= targets


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_the_way_of_imports_is_the_one_that_is_checked(name: str) -> None:
    """What belongs to the administration stands in layers of its own, which a page need not tell."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [layer.replace("trueman.", "") for layer in contracts[0]["layers"]]
    checked = [set(layer.split(" | ")) for layer in layers if not layer.startswith("administration_")]
    (told,) = re.findall(r"`(cli → [^`]+)`", (ROOT / name).read_text())
    assert [set(layer.split(" | ")) for layer in told.split(" → ")] == checked


def test_every_setting_that_is_named_is_read_somewhere() -> None:
    known = {environment_name(name) for name in Settings.model_fields}
    strange = {(name, found) for name, text in pages() for found in SETTING.findall(text) if found not in known}
    others = sources() + (ROOT / "setup.py").read_text() + (ROOT / "Makefile").read_text()
    assert {(name, found) for name, found in strange if found not in others} == set()


def test_every_figure_that_an_operator_is_told_to_look_at_is_shown() -> None:
    """A counter is named with the suffix that it is shown with, in the source without."""
    named = {(name, found) for name, text in pages() for found in FIGURE.findall(text) if found not in NO_FIGURES}
    assert len(named) > 20
    assert {(name, found) for name, found in named if f'"{found.removesuffix("_total")}"' not in sources()} == set()


def test_every_address_of_the_api_that_is_named_is_served() -> None:
    api = "\n".join(path.read_text() for path in (ROOT / "trueman" / "api").rglob("*.py"))
    served = {re.sub(r"\{[^}]*\}", "{}", path) for path in re.findall(r'"(/(?:v1|api|sapi)/[^"]+)"', api)}
    served |= {f"{path}/{{}}" for path in served}  # of some the last part is added where they are served
    named = {(name, re.sub(r"<[^>]*>|\b[A-Z]{3,}\b", "{}", path)) for name, t in pages() for path in ADDRESS.findall(t)}
    assert len(named) > 5
    assert {(name, path) for name, path in named if path not in served} == set()


def test_every_file_that_is_named_is_there() -> None:
    gone = {(name, place) for name, text in pages() for place in PLACE.findall(text) if not (ROOT / place).exists()}
    assert gone == set()
