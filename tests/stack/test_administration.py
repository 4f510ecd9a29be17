"""Every `trueman admin` command as an operator types it: against a running API, a log and a database, and without."""

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.conftest import PASSWORD, engine_and_updater
from trueman.api.server import run as serve
from trueman.core.rulesets import FIRST_RULESET, NEWEST_RULESET
from trueman.infra.database import audit
from trueman.infra.database.administrators import administrators
from trueman.infra.database.connection import API, connect_pool
from trueman.infra.database.identity import create_user
from trueman.infra.memory_log import MemoryLog
from trueman.infra.passwords import Passwords
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import ValkeyLog
from trueman.stack.claim import withdrawals
from trueman.stack.layout import says_ok
from trueman.stack.parts import PartStatus
from trueman.stack.ports import free_port

BOSS = ("--email", "boss@example.com", "--password", PASSWORD)


class Terminal:
    def __init__(self, settings: Settings, valkey_url: str = "") -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TRUEMAN_")}
        urls = {"DATABASE_URL": settings.database_url, "VALKEY_URL": valkey_url}
        here = {"TRUEMAN_DATA": str(settings.data), "TRUEMAN_API_PORT": str(settings.api_port)}
        self._environment = clean | urls | here | {"TRUEMAN_LEASE_SECONDS": "0.3"}

    async def admin(self, *words: str, typed: str = "") -> tuple[int, str]:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "trueman.cli", "admin", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            input=typed,
            timeout=60,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data=tmp_path, database_url=database_url, api_port=free_port(), faucet=True)


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Terminal]:
    """A real API on a port of its own, with an engine and an updater beside it, under the oldest rules."""
    log = MemoryLog()
    await log.create(FIRST_RULESET)
    async with engine_and_updater(settings, log) as (database, stop):
        weak = Passwords(1_024)
        await create_user(database, "boss@example.com", PASSWORD, "admin", weak)
        await create_user(database, "user@example.com", PASSWORD, "user", weak)
        serving = asyncio.create_task(serve(settings, log, database, stop))
        url = f"http://127.0.0.1:{settings.api_port}/readyz"
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(says_ok, url):  # noqa: ASYNC110 - only asking tells
                await asyncio.sleep(0.05)
        yield Terminal(settings)
        stop.set()
        await serving


async def test_the_ruleset_is_shown_and_switched_one_up(running: Terminal) -> None:
    assert await running.admin("ruleset", *BOSS) == (
        0,
        f"The ruleset in force is {FIRST_RULESET}; this build knows rulesets up to {NEWEST_RULESET}.\n",
    )
    code, told = await running.admin("ruleset", "9", *BOSS)
    assert (code, "This build knows rulesets up to" in told) == (78, True)
    code, told = await running.admin("ruleset", str(FIRST_RULESET + 1), *BOSS)
    assert (code, f"in force is {FIRST_RULESET + 1}" in told) == (0, True)
    code, told = await running.admin("ruleset", str(FIRST_RULESET), *BOSS)
    assert (code, "a switch goes one up and never back" in told) == (78, True)


async def test_the_desk_is_closed_shown_and_opened(running: Terminal, settings: Settings) -> None:
    url = f"http://127.0.0.1:{settings.api_port}"
    part = PartStatus(name="api", state="ready", pid=1, url=url, log="", process_started=0.0, restarts=0, role="")
    assert await running.admin("desk", *BOSS) == (0, "Withdrawals are paid.\n  no withdrawal waits\n")
    code, told = await running.admin("close-desk", *BOSS, "--reason", "ticket 7: odd payments")
    assert code == 0
    assert "Withdrawals are NOT PAID: the desk is closed." in told
    assert "by boss@example.com: ticket 7: odd payments" in told
    code, told = await running.admin("open-desk", *BOSS, "--reason", "compared", typed="n\n")
    assert (code, "Nothing was changed." in told) == (78, True)
    assert "NOT PAID" in (await running.admin("desk", *BOSS))[1]
    assert await asyncio.to_thread(withdrawals, [part]) == "closed", "as trueman status shows it"
    code, told = await running.admin("open-desk", *BOSS, "--reason", "compared", "--yes")
    assert code == 0
    assert told.rstrip().endswith("by boss@example.com: compared\n  no withdrawal waits")
    assert await asyncio.to_thread(withdrawals, [part]) == "open"
    assert withdrawals([]) == "unknown"
    code, told = await running.admin("close-desk", *BOSS, "--reason", " ")
    assert (code, "A reason of 1 to" in told) == (78, True)


async def test_withdrawals_and_deposits_in_trouble_are_shown_and_only_real_ones_are_settled(running: Terminal) -> None:
    assert await running.admin("payouts", *BOSS) == (0, "Every withdrawal is at its end.\n")
    assert await running.admin("deposits", *BOSS) == (0, "Every final deposit is credited.\n")
    assert await running.admin("deposits", *BOSS, "--retry") == (0, "Every final deposit is credited.\n")
    why = ("--reason", "ticket 8")
    for words in (("payout-paid", "1026-1", "ab12"), ("release-payout", "1026-1", "--yes"), ("retry-payout", "1026-1")):
        code, told = await running.admin(*words, *BOSS, *why)
        assert (code, "There is no withdrawal of that id" in told) == (78, True), told
    code, told = await running.admin("release-payout", "1026-1", *BOSS, *why, typed="n\n")
    assert (code, "Nothing was changed." in told) == (78, True)


@pytest.mark.parametrize(
    "words", [("ruleset",), ("desk",), ("open-desk", "--yes", "--reason", "x"), ("close-desk", "--reason", "x")]
)
async def test_whoever_may_not_or_asks_the_wrong_place_is_told_so(running: Terminal, words: tuple[str, ...]) -> None:
    code, told = await running.admin(*words, "--email", "boss@example.com", "--password", "not this one")
    assert (code, told) == (78, "trueman: The e-mail or the password is wrong. Nothing was done.\n")
    code, told = await running.admin(*words, "--email", "user@example.com", "--password", PASSWORD)
    assert (code, told) == (78, "trueman: user@example.com is no administrator. Nothing was done.\n")
    code, told = await running.admin(*words, *BOSS, "--api-url", f"http://127.0.0.1:{free_port()}")
    assert (code, "cannot be reached" in told, "trueman status" in told) == (78, True, True)
    code, told = await running.admin(*words, *BOSS, "--api-url", "not a url")
    assert (code, "is no address of an API" in told) == (78, True)


async def test_the_first_administrator_makes_the_next_and_who_made_whom_is_kept(
    settings: Settings, database_url: str
) -> None:
    """C21"""
    terminal = Terminal(settings)
    new = ("--admin", "--password", "a long one for once")
    assert "There is none yet" in (await terminal.admin("list-admins"))[1]
    assert (await terminal.admin("create-user", "boss@example.com", *new))[0] == 0
    code, told = await terminal.admin("create-user", "bob@example.com", *new)
    assert (code, "one of them stands by it" in told) == (78, True)
    by = ("--by", "boss@example.com", "--by-password")
    code, told = await terminal.admin("create-user", "bob@example.com", *new, *by, "wrong")
    assert (code, "password is wrong" in told) == (78, True)
    assert (await terminal.admin("create-user", "bob@example.com", *new, *by, "a long one for once"))[0] == 0
    assert (await terminal.admin("create-user", "dave@example.com", *new, "--alone"))[0] == 0
    for email, password, why in (
        ("nobody", "a long one for once", "An e-mail address such as"),
        ("x@example.com", "short", "A password has"),
        ("bob@example.com", "a long one for once", "There is a user bob@example.com already"),
    ):
        code, told = await terminal.admin("create-user", email, "--password", password)
        assert (code, why in told) == (78, True), told
    listed = (await terminal.admin("list-admins"))[1].splitlines()
    assert [line.split()[1] for line in listed] == ["boss@example.com:", "bob@example.com:", "dave@example.com:"]
    assert "made by boss@example.com (" in listed[1]
    assert "made by nobody's name (" in listed[2]
    async with await connect_pool(database_url, API) as pool:
        boss, bob, dave = await administrators(pool)
        assert [each.made_by_account for each in (boss, bob, dave)] == [None, boss.account, None]
        rows = await pool.fetch("SELECT action, account, detail FROM audit_log ORDER BY id")
        assert [(row["action"], row["account"]) for row in rows] == [
            ("CreateUser", 0),
            ("CreateUser", boss.account),
            ("CreateUser", 0),
        ]
        assert all(boss.made_by in row["detail"] for row in rows)
        assert await audit.first_broken(pool) is None


async def test_the_right_to_administer_is_given_and_taken_in_somebodys_name(
    running: Terminal, database_url: str
) -> None:
    """C21"""
    user, why = ("--email", "user@example.com", "--password", PASSWORD), ("--reason", "ticket 9: holidays")
    by = ("--by", "boss@example.com", "--by-password", PASSWORD)
    for words, told in (
        (("grant", "user@example.com", *why), "one of them stands by it"),
        (("grant", "user@example.com", *why, *by[:-1], "wrong"), "password is wrong"),
        (("grant", "user@example.com", "--reason", " ", *by), "A reason of 1 to"),
        (("grant", "nobody@example.com", *why, *by), "There is no user nobody@example.com"),
        (("grant", "boss@example.com", *why, *by), "is an administrator already"),
        (("revoke", "user@example.com", *why, *by), "user@example.com is no administrator"),
        (("revoke", "boss@example.com", *why, *by), "There has to be another administrator"),
        (("desk", *user), "user@example.com is no administrator"),
    ):
        code, said = await running.admin(*words)
        assert (code, told in said) == (78, True), said
    granted = await running.admin("grant", "user@example.com", *why, *by)
    assert granted == (0, "user@example.com may administer. An API that runs knows it within seconds.\n")
    assert (await running.admin("desk", *user))[0] == 0
    assert "made by boss@example.com (" in (await running.admin("list-admins"))[1]
    revoked = await running.admin("revoke", "user@example.com", *why, *by)
    assert revoked == (0, "user@example.com is a user now. An API that runs knows it within seconds.\n")
    assert (await running.admin("desk", *user))[0] == 78
    async with await connect_pool(database_url, API) as pool:
        rows = await pool.fetch("SELECT action, account, detail FROM audit_log WHERE action LIKE '%Admin%' ORDER BY id")
        (boss,) = await administrators(pool)
        assert [(row["action"], row["account"]) for row in rows] == [
            ("RevokeAdmin", boss.account),
            ("RevokeAdmin refused", boss.account),
            ("GrantAdmin", boss.account),
            ("RevokeAdmin", boss.account),
        ]
        assert all("ticket 9" in row["detail"] and boss.made_by in row["detail"] for row in rows)
        assert await audit.first_broken(pool) is None


async def test_engines_change_places_and_are_let_go_on(settings: Settings, valkey_url: str) -> None:
    terminal = Terminal(settings, valkey_url)
    code, told = await terminal.admin("switch-engine")
    assert (code, "the log was not created" in told) == (78, True)
    log = await ValkeyLog.connect(valkey_url, durable=False)
    await log.create(FIRST_RULESET)
    await log.fence(1)
    code, told = await terminal.admin("switch-engine")
    assert (code, "No shadow has shown a sign of life" in told) == (78, True)
    assert await terminal.admin("resume-engines") == (0, "No engines disagree: nothing to do.\n")
    await log.halt("about command 7")
    code, told = await terminal.admin("switch-engine")
    assert (code, "Engines disagree" in told or "about command 7" in told) == (78, True)
    assert await terminal.admin("resume-engines") == (
        0,
        "Engines may write again. What they had disagreed about: about command 7\n",
    )
    await log.beat(1)

    async def shadow() -> None:
        """Takes over when it is asked to."""
        for beat in itertools.count(1):
            await log.stand_by(beat)
            if (await log.heartbeat()).switch:
                await log.fence(2)
                await log.beat(2)
                return
            await asyncio.sleep(0.02)

    standing_by = asyncio.create_task(shadow())
    code, told = await terminal.admin("switch-engine")
    await standing_by
    assert (code, "Epoch 2 decides in place of epoch 1" in told) == (0, True), told
    await log.close()


@pytest.mark.parametrize("words", [("switch-engine",), ("resume-engines",), ("skip", "7", "--reason", "x", *BOSS)])
async def test_a_log_that_cannot_be_reached_is_told_in_words(settings: Settings, words: tuple[str, ...]) -> None:
    code, told = await Terminal(settings, f"redis://127.0.0.1:{free_port()}/0").admin(*words)
    assert (code, told.startswith("trueman: ")) == (78, True), told
    code, told = await Terminal(settings).admin(*words)
    assert (code, "VALKEY_URL is not set" in told) == (78, True)


def test_every_command_is_tried_here() -> None:
    from trueman.administration import admin

    tried = Path(__file__).read_text() + (Path(__file__).parent / "test_skipping.py").read_text()
    for command in admin.registered_commands:
        assert f'"{command.name}"' in tried, f"{command.name} has no test that types it"
