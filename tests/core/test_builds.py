"""The same log gives the same bytes: compiled or not, in whichever process, under whichever hash seed."""

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from trueman import build

ROOT = build.PACKAGE


def replay(root: Path, *, hash_seed: str = "0") -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    program = [sys.executable, "-m", "tests.core.replay", "11", "4000"]
    return subprocess.run(program, cwd=root, env=environment, check=True, capture_output=True, text=True).stdout.split()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core without anything that was compiled."""
    root = tmp_path_factory.mktemp("sources")
    for folder in ("trueman/core", "tests/core", "tests/reference"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("*.so", "__pycache__", "*.sha256"))
    (root / "bench").mkdir()
    for name in ("trueman/__init__.py", "trueman/build.py", "bench/replay.py"):
        shutil.copy(ROOT / name, root / name)
    return root


def test_the_build_is_not_stale() -> None:
    assert build.state() != "stale", build.ADVICE["stale"]


def test_the_list_of_compiled_modules_names_the_whole_core() -> None:
    """All but the tables of records, which the outside reads as tuples."""
    here = {f"trueman/core/{path.name}" for path in (ROOT / "trueman/core").glob("*.py")}
    tables = {f"trueman/core/{name}.py" for name in ("__init__", "commands", "events", "records", "codec")}
    assert {path for path in build.COMPILED if path.startswith("trueman/core/")} == here - tables


def test_compiled_and_uncompiled_agree(sources: Path) -> None:
    how, *figures = replay(sources)
    assert how == "uncompiled"
    installed_how, *installed = replay(ROOT)
    assert installed_how == build.state()
    assert installed == figures


def test_no_hash_seed_shows_in_the_bytes(sources: Path) -> None:
    assert replay(ROOT, hash_seed="1") == replay(ROOT, hash_seed="4242")
    assert replay(sources, hash_seed="7") == replay(sources, hash_seed="8")


def test_a_build_knows_when_its_sources_changed(sources: Path) -> None:
    assert build.state(sources) == "uncompiled"
    for path in build.COMPILED:
        library = (sources / path).with_suffix(EXTENSION_SUFFIXES[0])
        library.parent.mkdir(exist_ok=True)
        library.touch()
    assert build.state(sources) == "stale"
    (sources / build.STAMP).write_text(build.sources_digest(sources))
    assert build.state(sources) == "compiled"
    (sources / build.COMPILED[0]).write_text((sources / build.COMPILED[0]).read_text() + "\n")
    assert build.state(sources) == "stale"
    build.forget_build(sources)
    assert build.state(sources) == "uncompiled"


def test_the_exchange_refuses_to_run_without_its_assertions(sources: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-O", "-c", "import trueman.core.exchange"], cwd=sources, capture_output=True, text=True
    )
    assert run.returncode != 0
    assert "start Python without -O" in run.stderr
