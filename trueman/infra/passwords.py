"""Passwords: argon2id in a few threads of its own, so that a crowd at the login neither stalls orders nor eats memory.

One verification takes about 60 ms and 46 MiB, so how many run and how many wait is bounded.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from trueman.errors import TooManyRequests

PARALLEL_MAX: Final = 2
WAITING_MAX: Final = 64
PASSWORD_BYTES_MIN: Final = 8
PASSWORD_BYTES_MAX: Final = 128
_MEMORY_KIBIBYTES: Final = 47_104

Answer = TypeVar("Answer")


class Passwords:
    def __init__(self, memory_kibibytes: int = _MEMORY_KIBIBYTES) -> None:
        self._hasher = argon2.PasswordHasher(time_cost=1, memory_cost=memory_kibibytes, parallelism=1)
        self._threads = ThreadPoolExecutor(PARALLEL_MAX, thread_name_prefix="argon2")
        self._waiting = 0
        self._hash_of_nobody = self._hasher.hash("the password of nobody")

    async def hash(self, password: str) -> str:
        return await self._run(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """With None, for a user who does not exist, take just as long and say no."""
        matches = await self._run(self._matches, password_hash or self._hash_of_nobody, password)
        return matches and password_hash is not None

    def needs_rehash(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., Answer], *arguments: str) -> Answer:
        if self._waiting >= WAITING_MAX:
            raise TooManyRequests("Too many people are logging in at this moment; try again.", retry_after_s=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._waiting -= 1
