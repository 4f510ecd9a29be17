"""`trueman admin skip` as two administrators use it: each proves who they are and signs what the log holds."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import asyncpg

from tests.engine.day import Day
from trueman.infra.database import audit, skip_list
from trueman.infra.database.administrators import administrators
from trueman.infra.database.connection import API, connect_pool
from trueman.infra.database.identity import Role, create_user
from trueman.infra.passwords import Passwords
from trueman.infra.skips import hash_in
from trueman.infra.valkey_log import ValkeyLog

PASSWORD = "correct horse battery"


def password_of(email: str) -> str:
    return f"{PASSWORD} of {email}"


async def make_people(pool: asyncpg.Pool) -> None:
    """Two administrators, each from the beginning, and a user."""
    weak = Passwords(1_024)
    for name, role in (("alice", "admin"), ("bob", "admin"), ("carol", "user")):
        email = f"{name}@example.com"
        await create_user(pool, email, password_of(email), cast(Role, role), weak)


class Terminal:
    def __init__(self, data: Path, database_url: str, valkey_url: str) -> None:
        urls = {"DATABASE_URL": database_url, "VALKEY_URL": valkey_url, "TRUEMAN_DATA": str(data)}
        self._environment = os.environ | urls

    async def skip(self, email: str, number: int, *more: str, password: str = "") -> tuple[int, str]:
        known = ["--email", email, "--password", password or password_of(email)]
        words = ["admin", "skip", str(number), "--reason", "ticket 99", *known, *more]
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "trueman.cli", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            input="",
        )
        return done.returncode, done.stdout + done.stderr


async def log_with_undecided(valkey_url: str) -> bytes:
    """Twelve commands, of which the first four have results. Return the hash of the seventh."""
    log, day = await ValkeyLog.connect(valkey_url, durable=False), Day()
    await log.create(2)
    for _ in range(3):
        await log.append_commands(4, day.frame(4))
    await log.append_events(1, 1, 4, b"", bytes(16))
    (entry,) = await log.read_commands(4, count=1)
    await log.close()
    return hash_in(entry, 7)


async def test_two_administrators_sign_the_same_bytes(database_url: str, valkey_url: str, tmp_path: Path) -> None:
    """C21"""
    terminal = Terminal(tmp_path, database_url, valkey_url)
    async with await connect_pool(database_url, API) as pool:
        await make_people(pool)
        expected = await log_with_undecided(valkey_url)
        await refused(terminal, pool)

        code, told = await terminal.skip("alice@example.com", 7, "--yes")
        assert code == 0, told
        assert expected.hex() in told
        assert "Signed, 1 of 2" in told
        code, told = await terminal.skip("alice@example.com", 7, "--yes")
        assert "Signed, 1 of 2" in told, "who signs twice is one person"
        code, told = await terminal.skip("bob@example.com", 7, "--yes")
        assert code == 0, told
        assert "signed before, the same bytes" in told
        assert "signed by 2 administrators and will be skipped" in told

        (skip,) = await skip_list.signed(pool)
        assert (skip.number, skip.hash, skip.counts) == (7, expected, True)
        actions = [row["action"] for row in await pool.fetch("SELECT action FROM audit_log ORDER BY id")]
        assert actions == ["CreateUser"] * 3 + ["SkipCommand"] * 3
        assert await audit.first_broken(pool) is None


async def refused(terminal: Terminal, pool: asyncpg.Pool) -> None:
    """Whoever may not sign, or does not want to, signs nothing."""
    for email, password, why in (
        ("alice@example.com", "wrong", "The e-mail or the password is wrong"),
        ("nobody@example.com", PASSWORD, "The e-mail or the password is wrong"),
        ("carol@example.com", "", "is no administrator"),
    ):
        code, told = await terminal.skip(email, 7, "--yes", password=password)
        assert code == 78
        assert why in told
        assert "Traceback" not in told
    assert "Sign that the engine skips it?" in (await terminal.skip("alice@example.com", 7))[1]
    assert "was decided" in (await terminal.skip("alice@example.com", 3, "--yes"))[1]
    assert await skip_list.signed(pool) == []


async def test_one_person_with_two_accounts_is_told_so(database_url: str, valkey_url: str, tmp_path: Path) -> None:
    """C21: an account made now, one made by the other signer, one of the same mailbox, one with the same password."""
    terminal, weak = Terminal(tmp_path, database_url, valkey_url), Passwords(1_024)
    async with await connect_pool(database_url, API) as pool:
        await make_people(pool)
        alice = (await administrators(pool))[0].account
        same = password_of("alice@example.com")
        await create_user(pool, "alice+2@example.com", "another of alice", "admin", weak)
        await create_user(pool, "same@example.com", same, "admin", weak)
        await create_user(pool, "made@example.com", password_of("made@example.com"), "admin", weak, alice)
        await log_with_undecided(valkey_url)
        await create_user(pool, "late@example.com", password_of("late@example.com"), "admin", weak)
        assert (await terminal.skip("alice@example.com", 7, "--yes"))[0] == 0
        for email, password, why in (
            ("late@example.com", "", "became an administrator after the command"),
            ("made@example.com", "", "were made one by the other"),
            ("alice+2@example.com", "another of alice", "are one mailbox"),
            ("same@example.com", same, "Your password opens the account of alice@example.com too"),
        ):
            code, told = await terminal.skip(email, 7, "--yes", password=password)
            assert (code, why in told) == (78, True), told
            assert "Traceback" not in told
        assert [skip.signers for skip in await skip_list.signed(pool)] == [(alice,)]
        assert "will be skipped" in (await terminal.skip("bob@example.com", 7, "--yes"))[1]
