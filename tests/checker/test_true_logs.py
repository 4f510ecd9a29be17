"""T4: whatever the core made of a day, a witness who knows no core finds nothing wrong with."""

import ast
import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import trueman.checker
from tests.checker.forged import ANN, BOB, CAT, DAN, buy, opened, sell
from tests.checker.lived import faults_of, lived, told
from tests.engine.test_verify import Past
from tests.golden.write import FOLDER
from tests.reference.logbook import read, recorded, ruleset_of
from tests.reference.streams import START_US, frame_of
from trueman.chaos.reckoning import check_trades
from trueman.chaos.report import Report
from trueman.checker import findings
from trueman.checker.log import LogChecker
from trueman.checker.summons import Summons
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.codec import decode_events
from trueman.core.events import Event, Moved, OrderActivated, OrderClosed
from trueman.core.exchange import Exchange
from trueman.core.rulesets import NEWEST_RULESET
from trueman.engine.archive import Archiver
from trueman.engine.verify import Verifier
from trueman.infra.archive import Archive
from trueman.infra.archived_log import archived
from trueman.operator import tools

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


@pytest.mark.parametrize("ruleset", range(2, NEWEST_RULESET + 1))
def test_a_cascade_that_one_command_does_not_finish_is_right(ruleset: int) -> None:
    """T4: what is left over goes on later, and is not called forgotten."""
    stops = [buy(BOB, 1, 0, type=u.STOP_LOSS, stop_price=30) for _ in range(90)]
    stops += [buy(CAT, 1, 0, type=u.STOP_LOSS, stop_price=30) for _ in range(90)]
    after = [sell(ANN, 1, 99), ask.CancelAllOrders(0, ANN, 0, 0), sell(ANN, 1, 99)]
    asked = [*stops, sell(ANN, 500, 30), buy(DAN, 1, 30), *after]
    frames = [frame_of(START_US, opened()), *[frame_of(START_US + at, [one]) for at, one in enumerate(asked, 1)]]
    entries = lived(frames, ruleset)
    went_on = [sum(isinstance(event, OrderActivated) for event in decode_events(entry.events)) for entry in entries]
    assert sum(went_on) == 180
    assert ruleset == 2 or 100 in went_on
    faults = faults_of(entries, ruleset)
    assert not faults, told(faults)


def test_what_fell_due_beside_a_skipped_command_is_right() -> None:
    """T4: nothing falls due before a command that is skipped, but all of it before the next."""
    frames = [frame_of(START_US, opened())]
    frames.append(frame_of(START_US + 1, [buy(BOB, 1, 30, time_in_force=u.GTD, expire_us=START_US + 5)]))
    frames += [frame_of(START_US + at, [buy(CAT, 1, 30)]) for at in (6, 7)]
    exchange, checker = Exchange(NEWEST_RULESET), LogChecker(NEWEST_RULESET)
    for frame in frames:
        if frame.time_us == START_US + 6:
            exchange.skip(exchange.sequence + 1)
        result = exchange.apply(exchange.sequence + 1, frame.size, frame.time_us, frame.data)
        checker.check(frame.time_us, frame.data, result)
    assert OrderClosed(0, u.EXPIRED, 1, BOB, 1) in decode_events(result)
    assert not checker.faults, told(checker.faults)


def test_every_rule_that_a_fault_names_is_on_the_page() -> None:
    """T4"""
    sections = {rule.section for rule in vars(findings).values() if isinstance(rule, findings.Rule)}
    page = (PACKAGE.parents[1] / "docs/reference/rules.md").read_text()
    chapters = {f"{number}.": page.split(f"\n## {number}. ")[1].split("\n## ")[0] for number in range(1, 13)}
    missing = []
    for section in sections:
        chapter, _, paragraph = section.partition(".")
        if paragraph and not re.search(rf"(^|[ ]){paragraph}\. ", chapters[f"{chapter}."], re.MULTILINE):
            missing.append(section)
    assert missing == []


def without_money(frame: bytes) -> list[Event]:
    return [event for event in decode_events(frame) if not isinstance(event, Moved)]


@pytest.mark.parametrize("lies", [False, True])
def test_verify_says_what_the_checker_found_and_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lies: bool
) -> None:
    """T4: also where the replay comes to the same results: a core that is wrong agrees with itself."""
    asyncio.run(Past(tmp_path).live())
    if lies:
        monkeypatch.setattr("trueman.checker.log.decode_events", without_money)
    asked = ["verify", str(tmp_path / "archive")]
    done = CliRunner().invoke(tools, asked, env={"TRUEMAN_DATA": str(tmp_path)})
    assert done.exit_code == int(lies), done.output
    assert "every result is the same" in done.output
    assert ("docs/runbooks/a-trade-was-not-right.md" in done.output) == lies
    assert ("against the rules: all are right" in done.output) == (not lies)
    unasked = CliRunner().invoke(tools, [*asked, "--no-trades"], env={"TRUEMAN_DATA": str(tmp_path)})
    assert unasked.exit_code == 0
    assert "checker" not in unasked.output


async def test_the_reckoning_of_chaos_shows_the_whole_log_to_the_checker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T4"""
    past = await Past(tmp_path).live()
    whole, report = archived(past.log, past.archive), Report(1)
    await check_trades(whole, report)
    assert report.findings == []
    monkeypatch.setattr("trueman.checker.log.decode_events", without_money)
    await check_trades(whole, report)
    assert "The checker of trades found" in report.findings[0]
