"""The same log comes to the same bytes: in any process, under any hash seed, compiled or not, restored anywhere."""

import os
from pathlib import Path

import pytest

from tests.core.elsewhere import INSTALLED, copy_sources, told
from tests.reference.logbook import read, recorded, write
from trueman import build

COMMANDS = 100_000 if os.environ.get("TRUEMAN_LONG") == "1" else 4_000
pytestmark = pytest.mark.timeout(max(300, COMMANDS // 20))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random day as the naive twin tells it."""
    path = tmp_path_factory.mktemp("logs") / "day.log"
    write(path, recorded(11, COMMANDS))
    return path


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def want(log: Path) -> list[str]:
    """What the installed core comes to: its number of commands, its chain and its digest."""
    how, *figures = replay(INSTALLED, log)
    assert how == build.state()
    return figures


def replay(root: Path, log: Path, *options: str, hash_seed: str = "0") -> list[str]:
    return told(root, "-m", "tests.core.replay", str(log), *options, hash_seed=hash_seed)


def test_what_the_twin_recorded_is_what_the_core_comes_to(log: Path, want: list[str]) -> None:
    *_, last = read(log)
    assert want[:2] == [str(last.sequence), last.chain]  # type: ignore[union-attr]


def test_compiled_and_uncompiled_agree(log: Path, sources: Path, want: list[str]) -> None:
    assert replay(sources, log) == ["uncompiled", *want]


@pytest.mark.parametrize("hash_seed", ["1", "4242", "random"])
def test_no_hash_seed_shows_in_the_bytes(log: Path, want: list[str], hash_seed: str) -> None:
    assert replay(INSTALLED, log, hash_seed=hash_seed)[1:] == want


@pytest.mark.parametrize("seed", ["1", "2"])
def test_an_exchange_restored_at_random_points_goes_on_as_if_nothing_had_been(
    log: Path, sources: Path, want: list[str], seed: str
) -> None:
    assert replay(INSTALLED, log, "--restore", seed, hash_seed=seed)[1:] == want
    assert replay(sources, log, "--restore", seed, hash_seed=seed)[1:] == want


@pytest.mark.parametrize("when", ["never", "often"])
def test_the_garbage_collector_does_not_show_in_the_bytes(log: Path, want: list[str], when: str) -> None:
    assert replay(INSTALLED, log, "--collect", when)[1:] == want
