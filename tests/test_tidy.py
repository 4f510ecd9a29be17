"""The style guide, as far as a machine can read it."""

import ast
import functools
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from trueman.infra.settings_page import as_markdown

ROOT = Path(__file__).parent.parent
FUNCTION_LINES_MAX = 50
FILE_LINES_MAX = 400
FILE_BYTES_MAX = 1_000_000
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
REGISTRY_HOSTS = ("registry.npmjs" + ".org", "pypi" + ".org", "python" + "hosted.org", "registry.yarnpkg" + ".com")
MACHINE_PATHS = re.compile("|".join(["/wo" + "rk/", "/ro" + "ot/", r"/ho" + r"me/[a-z]", r"/Us" + r"ers/[A-Za-z]"]))
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    assert len(paths) > 100
    return tuple(path for path in paths if path.is_file())


@functools.cache
def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        try:
            found[str(path.relative_to(ROOT))] = path.read_text()
        except UnicodeDecodeError:
            continue
    return found


def python_sources() -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in texts().items() if name.endswith(".py"))


@functools.cache
def tree(name: str) -> ast.Module:
    return ast.parse(texts()[name])


def nodes(folder: str = "") -> Iterator[tuple[str, ast.AST]]:
    for name, _ in python_sources():
        if name.startswith(folder):
            yield from ((name, node) for node in ast.walk(tree(name)))


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{name}:{node.lineno} {node.name} has {length} lines"
        for name, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert not long, "\n".join(long)


def test_files_stay_small() -> None:
    code = (".py", ".ts", ".tsx", ".mjs", ".css", ".lua")
    long = [name for name, text in texts().items() if name.endswith(code) and text.count("\n") > FILE_LINES_MAX]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, text in python_sources() if text.strip() and not ast.get_docstring(tree(name))]
    assert silent == []


def test_the_core_counts_in_integers_alone() -> None:
    floats = [
        f"{name}:{node.lineno}"
        for name, node in nodes("trueman/core/")
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in {"float", "Decimal"})
        or (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div))
    ]
    assert floats == []


def test_names_say_what_they_hold() -> None:
    vague = [name for name in texts() if Path(name).stem in NAMES_THAT_SAY_NOTHING or _vague_folder(name)]
    assert vague == []


def _vague_folder(name: str) -> bool:
    return any(folder in NAMES_THAT_SAY_NOTHING for folder in Path(name).parent.parts)


def test_nothing_is_left_for_later() -> None:
    marks = [
        f"{name}:{number}"
        for name, text in texts().items()
        if not name.endswith((".lock", "package-lock.json"))
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert marks == []


def test_no_exception_is_caught_to_be_forgotten() -> None:
    silent = [
        f"{name}:{node.lineno}"
        for name, node in nodes("trueman/")
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(step, ast.Pass) or _is_ellipsis(step) for step in node.body)
        and "#" not in texts()[name].splitlines()[(node.end_lineno or 1) - 1]  # a sentence that says why
    ]
    assert silent == []


def _is_ellipsis(step: ast.stmt) -> bool:
    return isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant) and step.value.value is ...


def test_tests_are_functions_named_as_claims() -> None:
    classes = [f"{name}:{node.name}" for name, node in nodes("tests/") if _is_test_class(node)]  # type: ignore[attr-defined]
    short = [
        f"{name}:{node.name}"
        for name, node in nodes("tests/")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and node.name.count("_") < 3
    ]
    assert classes + short == []


def _is_test_class(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and node.name.startswith("Test")


def test_no_file_knows_a_registry_or_a_machine() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if any(host in line for host in REGISTRY_HOSTS) or MACHINE_PATHS.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_file_is_half_merged() -> None:
    mark = re.compile(r"^(<{7}|>{7}|={7}|\|{7})( |$)", re.MULTILINE)
    assert [name for name, text in texts().items() if mark.search(text)] == []


def test_no_file_is_heavy() -> None:
    assert [str(path) for path in tracked() if path.stat().st_size > FILE_BYTES_MAX] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"])
def test_python_locks_pin_everything_with_hashes(name: str) -> None:
    entries = re.sub(r"\\\n\s*", "", (ROOT / name).read_text()).splitlines()
    assert entries
    loose = [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert loose == []


def test_the_python_locks_have_all_that_the_project_asks_for() -> None:
    """A dependency that was added and not locked would be missing on the next machine."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert _absent(project["dependencies"] + extras["build"], "requirements.lock") == []
    assert _absent(project["dependencies"] + extras["build"] + extras["dev"], "requirements-dev.lock") == []


def _absent(requirements: list[str], lock: str) -> list[str]:
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
    wanted = [re.split(r"[\[<>=!~; ]", requirement)[0] for requirement in requirements]
    return [name for name in wanted if re.sub(r"[-_.]+", "-", name).lower() not in locked]


def test_the_client_lock_pins_everything_with_hashes() -> None:
    packages = json.loads((ROOT / "client" / "package-lock.json").read_text())["packages"]
    assert len(packages) > 10
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if name and "integrity" not in entry and not _bundled(entry)] == []


def test_the_client_lock_has_what_the_client_asks_for() -> None:
    asked = json.loads((ROOT / "client" / "package.json").read_text())
    locked = json.loads((ROOT / "client" / "package-lock.json").read_text())["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert asked[kind] == locked[kind]
        assert [version for version in asked[kind].values() if not version[0].isdigit()] == []


def _bundled(entry: dict[str, object]) -> bool:
    return bool(entry.get("inBundle") or entry.get("link"))


def test_every_setting_is_documented() -> None:
    assert (ROOT / "docs" / "reference" / "settings.md").read_text() == as_markdown()
    assert "|  |" not in as_markdown()


CORE_MAY_IMPORT = {
    *(
        "__future__",
        "collections.abc",
        "hashlib",
        "heapq",
        "mypy_extensions",
        "operator",
        "struct",
        "trueman.core",
        "typing",
    ),
}


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""


def test_the_core_imports_next_to_nothing() -> None:
    strangers = [
        f"{name}: {module}"
        for name, node in nodes("trueman/core/")
        for module in imported(node)
        if module not in CORE_MAY_IMPORT and not module.startswith(("librt.", "trueman.core."))
    ]
    assert strangers == []


def test_every_link_between_pages_leads_somewhere() -> None:
    links = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
    dead = [
        f"{name}: {target}"
        for name, text in texts().items()
        if name.endswith(".md")
        for target in links.findall(text)
        if not ((ROOT / name).parent / target).exists()
    ]
    assert dead == []
