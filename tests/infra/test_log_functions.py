"""The functions of the log in its server: which build may put its own there."""

import hashlib

import pytest
from redis.asyncio import Redis

from trueman.errors import StartError
from trueman.infra import valkey_log
from trueman.infra.valkey_log import ValkeyLog


def test_functions_that_change_take_the_next_version() -> None:
    """A server that has this version keeps what it has: raise the number, then write down the new digest."""
    code = valkey_log.library()
    assert (valkey_log.version_of(code), hashlib.sha256(code.encode()).hexdigest()[:16]) == (2, "83e1a6a13ebe4d85")


async def test_an_older_build_leaves_the_functions_of_a_newer_one_alone(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C31: whoever only looks must not put old functions under a living engine."""
    ours = valkey_log.library()
    version = valkey_log.version_of(ours)
    newer = ours.replace(f"-- version {version}\n", f"-- version {version + 1}\n")
    for code in (newer, newer):
        monkeypatch.setattr(valkey_log, "library", lambda code=code: code)
        await (await ValkeyLog.connect(valkey_url, durable=False)).close()
    monkeypatch.setattr(valkey_log, "library", lambda: ours)
    with pytest.raises(StartError, match=f"of version {version + 1}, this build has version {version}"):
        await ValkeyLog.connect(valkey_url, durable=False)
    async with Redis.from_url(valkey_url) as client:
        found = await client.execute_command("FUNCTION", "LIST", "WITHCODE")
        assert newer.encode() == found[0][b"library_code"]
        await client.execute_command("FUNCTION", "DELETE", "trueman")
