"""T4: whatever the core made of a day, a witness who knows no core finds nothing wrong with."""

import ast
from pathlib import Path

import pytest

import trueman.checker
from tests.checker.lived import faults_of, lived, told
from tests.engine.test_verify import Past
from tests.golden.write import FOLDER
from tests.reference.logbook import read, recorded, ruleset_of
from trueman.checker.summons import Summons
from trueman.core.rulesets import NEWEST_RULESET
from trueman.engine.archive import Archiver
from trueman.engine.verify import Verifier
from trueman.infra.archive import Archive

PACKAGE = Path(trueman.checker.__path__[0])
SHARED = ("codec", "commands", "events", "rejections", "units")
OF_THE_CORE = {"trueman.core", *(f"trueman.core.{name}" for name in SHARED)}
"""What a witness may share with the one whom it watches: how the records lie, and what numbers are called."""
COMMANDS = 1_500
SEEDS = range(300, 308)


@pytest.mark.parametrize("log", sorted(FOLDER.glob("*.log")), ids=lambda log: log.stem)
def test_golden_logs_are_found_right_by_a_witness_of_another_kind(log: Path) -> None:
    """T4"""
    ruleset = ruleset_of(log)
    faults = faults_of(lived(read(log), ruleset), ruleset)
    assert not faults, told(faults)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_days_are_found_right_under_every_ruleset(seed: int) -> None:
    """T4"""
    ruleset = 2 + seed % (NEWEST_RULESET - 1)
    faults = faults_of(lived(recorded(seed, COMMANDS, ruleset=ruleset), ruleset), ruleset)
    assert not faults, told(faults)


def test_the_checker_shares_no_code_with_whom_it_watches() -> None:
    """T4"""
    imported = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    ours = {name for name in imported if name.startswith(("trueman", "tests"))}
    assert {name for name in ours if not name.startswith("trueman.checker")} <= OF_THE_CORE


async def test_verify_shows_the_whole_log_to_the_checker(tmp_path: Path) -> None:
    """T4: from the archive's first command to where the live log ends, once each."""
    past = await Past(tmp_path).live()
    summons = Summons()
    verified = await Verifier(past.archive, past.store, lambda _: None, summons).run(past.log)
    assert "trades of commands 1 to 200 against the rules: all are right." in summons.lines()[0]
    assert (verified.sequence, summons.faults) == (200, [])


async def test_a_past_that_does_not_begin_at_genesis_is_not_called_checked(tmp_path: Path) -> None:
    """T4: nobody knows the books there, so nobody says that they are right."""
    past = await Past(tmp_path).live()
    for span in past.archive.spans():
        span.path.unlink()
    fresh = Archive(past.archive.folder)
    await Archiver(past.log, fresh, store=past.store).advance(180)
    summons = Summons()
    await Verifier(fresh, past.store, lambda _: None, summons).run(past.log)
    assert "Trades were not checked" in summons.lines()[0]
