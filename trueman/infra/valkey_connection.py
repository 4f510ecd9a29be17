"""One connection to Valkey that never sends twice and never carries on after doubt.

redis-py's client retries, pools and hands a connection back after a cancelled call; each of these would make one
append two, or give one caller another's answer. Here a call that did not end with an answer ends the connection:
its `Connection` closes itself on any error and on cancellation, and everything above it is left out.
"""

import asyncio
import math
from typing import Any

from redis.asyncio.connection import AbstractConnection, Connection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError, ResponseError

from trueman.errors import Fenced, Gap, Halted, LogUnavailable, OutcomeUnknown

CONNECT_SECONDS_MAX = 5.0
ANSWER_SECONDS_MAX = 10.0
"""Beyond what the call itself waits for: then the server or the way to it is gone."""


class ValkeyConnection:
    def __init__(self, url: str) -> None:
        options: dict[str, Any] = dict(parse_url(url))
        kind = options.pop("connection_class", Connection)
        fixed = {"retry": Retry(NoBackoff(), 0), "socket_timeout": None, "protocol": 2}
        self._connection: AbstractConnection = kind(
            **{"socket_connect_timeout": CONNECT_SECONDS_MAX, "driver_info": None, **options, **fixed}
        )
        self._turn = asyncio.Lock()

    async def ask(self, *words: bytes | str | int, wait_ms: int = 0) -> Any:
        """A question that changes nothing: without an answer there is nothing to know. Raise LogUnavailable."""
        try:
            return await self.tell(*words, wait_ms=wait_ms)
        except OutcomeUnknown as error:
            raise LogUnavailable(str(error)) from error

    async def tell(self, *words: bytes | str | int, wait_ms: int = 0) -> Any:
        """Raise LogUnavailable, Fenced or Gap when it surely changed nothing, OutcomeUnknown when it may have."""
        async with self._turn:
            await self._ready()
            try:
                async with asyncio.timeout(ANSWER_SECONDS_MAX + wait_ms / 1_000):
                    await self._connection.send_command(*words)
                    return await self._connection.read_response(timeout=math.inf)
            except (ResponseError, BusyLoadingError) as refusal:
                raise said_no(refusal) from None
            except (RedisError, OSError, TimeoutError) as error:
                raise OutcomeUnknown(f"the log did not answer: {str(error) or type(error).__name__}") from error

    async def _ready(self) -> None:
        """Connected, with nothing of an earlier call left to read. Nothing was sent yet when this raises.

        The client itself bounds the connecting, and not the answer to the password.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MAX):
                if self._connection.is_connected and await self._connection.can_read():
                    await self._connection.disconnect(nowait=True)
                await self._connection.connect()  # type: ignore[no-untyped-call]
        except (RedisError, OSError, TimeoutError) as error:
            await self._connection.disconnect(nowait=True)
            raise LogUnavailable(
                f"the log cannot be reached: {str(error) or type(error).__name__}; "
                "see docs/runbooks/the-log-refuses-commands.md"
            ) from error

    async def close(self) -> None:
        await self._connection.disconnect()


def said_no(refusal: RedisError) -> Exception:
    text = str(refusal)
    if text.startswith("FENCED "):
        return Fenced(text.removeprefix("FENCED "))
    if text.startswith("HALTED "):
        return Halted(text.removeprefix("HALTED "))
    if text.startswith("GAP "):
        return Gap(text.removeprefix("GAP "))
    return LogUnavailable(f"the log refused: {text}; see docs/runbooks/the-log-refuses-commands.md")
