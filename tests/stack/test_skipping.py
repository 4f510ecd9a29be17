"""`trueman admin skip` as two administrators use it: each proves who they are and signs what the log holds."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg

from tests.engine.day import Day
from trueman.infra.database import audit, skip_list
from trueman.infra.database.connection import API, connect_pool
from trueman.infra.database.identity import create_user
from trueman.infra.passwords import Passwords
from trueman.infra.skips import hash_in
from trueman.infra.valkey_log import ValkeyLog

PASSWORD = "correct horse battery"


class Terminal:
    def __init__(self, data: Path, database_url: str, valkey_url: str) -> None:
        urls = {"DATABASE_URL": database_url, "VALKEY_URL": valkey_url, "TRUEMAN_DATA": str(data)}
        self._environment = os.environ | urls

    async def skip(self, email: str, number: int, *more: str, password: str = PASSWORD) -> tuple[int, str]:
        words = ["admin", "skip", str(number), "--reason", "ticket 99", "--email", email, "--password", password, *more]
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
    expected = await log_with_undecided(valkey_url)
    terminal = Terminal(tmp_path, database_url, valkey_url)
    async with await connect_pool(database_url, API) as pool:
        weak = Passwords(1_024)
        for name in ("alice", "bob"):
            await create_user(pool, f"{name}@example.com", PASSWORD, "admin", weak)
        await create_user(pool, "carol@example.com", PASSWORD, "user", weak)
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
        actions = [row["action"] for row in await pool.fetch("SELECT action FROM audit_log")]
        assert actions == ["SkipCommand"] * 3
        assert await audit.first_broken(pool) is None


async def refused(terminal: Terminal, pool: asyncpg.Pool) -> None:
    """Whoever may not sign, or does not want to, signs nothing."""
    for email, password, why in (
        ("alice@example.com", "wrong", "The e-mail or the password is wrong"),
        ("nobody@example.com", PASSWORD, "The e-mail or the password is wrong"),
        ("carol@example.com", PASSWORD, "is no administrator"),
    ):
        code, told = await terminal.skip(email, 7, "--yes", password=password)
        assert code == 78
        assert why in told
        assert "Traceback" not in told
    assert "Sign that the engine skips it?" in (await terminal.skip("alice@example.com", 7))[1]
    assert "was decided" in (await terminal.skip("alice@example.com", 3, "--yes"))[1]
    assert await skip_list.signed(pool) == []
