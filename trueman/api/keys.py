"""API keys: made, sealed, looked up for every signed request, and dead the moment they are deleted."""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trueman.api.remembered import Remembered
from trueman.errors import BadInput, Conflict, NotFound
from trueman.infra.database import api_keys
from trueman.infra.database.api_keys import KeyRow

KEY_CHARS: Final = 64
LABEL_CHARS_MAX: Final = 64
KEYS_PER_ACCOUNT_MAX: Final = 50
USED_EVERY_US: Final = 60_000_000
"""How exact the time of a key's last use is."""
_ALPHABET: Final = string.ascii_letters + string.digits
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class ApiKey:
    api_key: str
    secret: bytes
    account: int
    role: str
    permissions: frozenset[str]


class KeyStore:
    def __init__(self, database: asyncpg.Pool, sealing_key: bytes, clock_us: Callable[[], int]) -> None:
        self._database = database
        self._sealer = AESGCM(sealing_key)
        self._clock_us = clock_us
        self._keys: Remembered[str, ApiKey | None] = Remembered(self._load)
        self._used_us: dict[str, int] = {}
        self._used_new: dict[str, int] = {}

    async def find(self, api_key: str) -> ApiKey | None:
        return await self._keys.get(api_key)

    def remembers(self, api_key: str) -> bool:
        """Whether it was looked up lately, so that looking again seldom costs a query."""
        return self._keys.holds(api_key)

    def used(self, api_key: str) -> None:
        """Note a use; `write_uses` brings it to the database."""
        now = self._clock_us()
        if now - self._used_us.get(api_key, 0) >= USED_EVERY_US:
            self._used_us[api_key] = self._used_new[api_key] = now

    async def write_uses(self) -> None:
        if self._used_new:
            uses, self._used_new = self._used_new, {}
            await api_keys.mark_used(self._database, uses)

    async def create(self, account: int, label: str, permissions: list[str]) -> tuple[KeyRow, str]:
        """The new key and its secret, which nobody will see again."""
        _require_label(label)
        api_key, secret = _random_text(), _random_text()
        row = KeyRow(api_key, account, label, self._seal(api_key, secret), permissions, self._clock_us(), None, "user")
        if not await api_keys.insert(self._database, row, KEYS_PER_ACCOUNT_MAX):
            raise Conflict(f"An account has at most {KEYS_PER_ACCOUNT_MAX} API keys; delete one first.")
        return row, secret

    async def of_account(self, account: int) -> list[KeyRow]:
        await self.write_uses()
        return await api_keys.of_account(self._database, account)

    async def delete(self, account: int, api_key: str) -> None:
        deleted = await api_keys.delete(self._database, account, api_key)
        if not deleted:
            raise NotFound("You have no such API key.", field="apiKey")
        self._keys.forget(api_key)
        self._used_us.pop(api_key, None)
        self._used_new.pop(api_key, None)

    async def _load(self, api_key: str) -> ApiKey | None:
        row = await api_keys.find(self._database, api_key)
        if row is None:
            return None
        secret = self._open(api_key, row.secret_sealed)
        return ApiKey(api_key, secret, row.account, row.role, frozenset(row.permissions))

    def _seal(self, api_key: str, secret: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._sealer.encrypt(nonce, secret.encode(), api_key.encode())

    def _open(self, api_key: str, sealed: bytes) -> bytes:
        return self._sealer.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], api_key.encode())


def is_key_shaped(api_key: str) -> bool:
    return len(api_key) == KEY_CHARS and api_key.isascii() and api_key.isalnum()


def _random_text() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(KEY_CHARS))


def _require_label(label: str) -> None:
    if not 1 <= len(label) <= LABEL_CHARS_MAX or not label.isprintable():
        raise BadInput("label", f"A label has 1 to {LABEL_CHARS_MAX} printable characters.")
