"""Keys made at first start, passwords, and tokens: what the api stands on."""

import asyncio
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from trueman.errors import TooManyRequests
from trueman.infra.passwords import WAITING_MAX, Passwords
from trueman.infra.secret_files import KEY_BYTES, read_or_make_key
from trueman.infra.tokens import LEEWAY_S, TokenInvalid, Tokens

NOW = 1_700_000_000


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "jwt.key"
    key = read_or_make_key(path)
    assert len(key) == KEY_BYTES
    assert read_or_make_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["jwt.key"]


def test_a_key_is_on_disk_before_anything_is_encrypted_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C7: neither the bytes nor the name can be taken back by a power cut."""
    path, synced, real = tmp_path / "key", [], os.fsync

    def remembered(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), path.exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", remembered)
    read_or_make_key(path)
    assert synced == [(False, False), (True, True)]


def test_two_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: read_or_make_key(tmp_path / "key"), range(32)))
    assert len(set(keys)) == 1


def test_a_key_that_others_can_read_or_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    read_or_make_key(path)
    path.chmod(0o644)
    with pytest.raises(PermissionError, match="0600"):
        read_or_make_key(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        read_or_make_key(path)


async def test_a_password_is_known_by_its_hash_alone() -> None:
    passwords = Passwords(memory_kibibytes=64)
    kept = await passwords.hash("correct horse")
    assert "correct" not in kept
    assert kept != await passwords.hash("correct horse")
    assert await passwords.verify(kept, "correct horse")
    assert not await passwords.verify(kept, "Correct horse")
    assert not await passwords.verify("no hash at all", "correct horse")
    passwords.close()


async def test_nobody_has_no_password() -> None:
    passwords = Passwords(memory_kibibytes=64)
    assert not await passwords.verify(None, "the password of nobody")
    passwords.close()


async def test_a_crowd_at_the_login_is_bounded() -> None:
    passwords = Passwords(memory_kibibytes=64)
    crowd = [passwords.verify(None, "x") for _ in range(WAITING_MAX + 5)]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert sum(isinstance(answer, TooManyRequests) for answer in answers) == 5
    assert not await passwords.verify(None, "x")
    passwords.close()


def test_a_token_lives_between_its_issue_and_its_end_with_some_leeway() -> None:
    tokens = Tokens(b"k" * 32, 600)
    token = tokens.issue(1_024, "session", NOW).encode()
    for now in (NOW - LEEWAY_S, NOW, NOW + 600 + LEEWAY_S - 1):
        assert tokens.verify(token, now).account == 1_024
    for now in (NOW - LEEWAY_S - 1, NOW + 600 + LEEWAY_S):
        with pytest.raises(TokenInvalid):
            tokens.verify(token, now)


def test_a_token_of_another_key_issuer_or_audience_is_none_of_ours() -> None:
    ours = Tokens(b"k" * 32, 600)
    for other in (Tokens(b"j" * 32, 600), Tokens(b"k" * 32, 600, issuer="x"), Tokens(b"k" * 32, 600, audience="x")):
        with pytest.raises(TokenInvalid):
            ours.verify(other.issue(1_024, "session", NOW).encode(), NOW)


@pytest.mark.parametrize("token", [b"", b"a", b"a.b.c", b"\xff\xfe", b"..", b"e30.e30.", b"A" * 2_000, b"\0.\0.\0"])
def test_garbage_is_no_token(token: bytes) -> None:
    with pytest.raises(TokenInvalid):
        Tokens(b"k" * 32, 600).verify(token, NOW)


async def test_production_hashes_with_argon2id_at_its_full_cost() -> None:
    passwords = Passwords()
    kept = await passwords.hash("correct horse")
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert not passwords.needs_rehash(kept)
    passwords.close()
