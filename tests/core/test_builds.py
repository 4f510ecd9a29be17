"""The build knows what it was made from, and nothing runs without its assertions."""

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from tests.core.elsewhere import copy_sources, run
from trueman import build

ROOT = build.PACKAGE


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core without anything that was compiled."""
    return copy_sources(tmp_path_factory.mktemp("sources"))


def test_the_build_is_not_stale() -> None:
    assert build.state() != "stale", build.ADVICE["stale"]


def test_the_list_of_compiled_modules_names_the_whole_core() -> None:
    """All but the tables of records, which the outside reads as tuples."""
    here = {f"trueman/core/{path.name}" for path in (ROOT / "trueman/core").glob("*.py")}
    tables = {f"trueman/core/{name}.py" for name in ("__init__", "commands", "events", "records", "codec")}
    assert {path for path in build.COMPILED if path.startswith("trueman/core/")} == here - tables


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
    for optimised in ("-O", "-OO"):
        done = run(sources, optimised, "-c", "import trueman.core.exchange")
        assert done.returncode != 0
        assert "start Python without -O" in done.stderr
