"""A crowd that asks for every stream and reads nothing for a while: nobody else notices, and nobody is told a gap.

What the service promises (ws/client.py): a slow reader gets less of what is replaceable, and every change of a
sequence, or loses the connection. So whoever reads on later finds changes that follow each other, up to now or up to a
close.
"""

import time
from random import Random
from typing import Any, Final

import aiohttp
import msgspec

from trueman.chaos.client import SYMBOL
from trueman.chaos.stage import Stage

CROWD: Final = 12
HELD_SECONDS: Final = (3.0, 7.0)
SILENCE_SECONDS_MAX: Final = 3.0
"""The longest that a prompt reader may hear nothing of a market that trades."""
LATE_SECONDS_MAX: Final = 10.0
"""How long a slow reader may take, once it reads, to come to what is new."""
INTERVALS: Final = ("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "1w")
STREAMS: Final = (
    *("depth@100ms", "depth", "depth5@100ms", "depth10@100ms", "depth20@100ms", "bookTicker", "aggTrade", "trade"),
    *(f"kline_{interval}" for interval in INTERVALS),
)
TOO_SLOW: Final = aiohttp.WSCloseCode.POLICY_VIOLATION


async def slow_readers(stage: Stage, random: Random) -> str:
    seconds = random.uniform(*HELD_SECONDS)
    streams = "/".join(f"{SYMBOL.lower()}@{name}" for name in STREAMS)
    async with aiohttp.ClientSession() as session:
        crowd = [await session.ws_connect(f"{stage.ws_url}/stream?streams={streams}") for _ in range(CROWD)]
        longest = await _longest_silence(session, stage, seconds)
        told = [await _read_on(connection) for connection in crowd]
    if longest > SILENCE_SECONDS_MAX:
        raise AssertionError(f"beside {CROWD} slow readers a prompt one heard nothing for {longest:.1f} s")
    dropped = sum(told)
    return f"{CROWD} readers read nothing for {seconds:.1f} s, {dropped} of them dropped; silence {longest:.1f} s"


async def _longest_silence(session: aiohttp.ClientSession, stage: Stage, seconds: float) -> float:
    url = f"{stage.ws_url}/ws/{SYMBOL.lower()}@depth@100ms"
    async with session.ws_connect(url) as connection:
        began = last = time.monotonic()
        longest = 0.0
        while time.monotonic() < began + seconds:
            try:
                await connection.receive(timeout=0.2)
                longest, last = max(longest, time.monotonic() - last), time.monotonic()
            except TimeoutError:
                continue
    return max(longest, time.monotonic() - last)


async def _read_on(connection: aiohttp.ClientWebSocketResponse) -> bool:
    """Whether it had been dropped. Raise AssertionError for a gap in what it was told, or when nothing new comes."""
    since_ms, last = time.time() * 1_000, dict[str, int]()
    deadline = time.monotonic() + LATE_SECONDS_MAX
    while time.monotonic() < deadline:
        message = await connection.receive(timeout=LATE_SECONDS_MAX)
        if message.type is not aiohttp.WSMsgType.TEXT:
            break
        told = msgspec.json.decode(message.data)
        if told["data"].get("e") == "depthUpdate":
            follow(last, told["stream"], told["data"])
            if told["data"]["E"] > since_ms:
                await connection.close()
                return False
    if connection.close_code == TOO_SLOW:
        return True
    raise AssertionError(f"a slow reader that read on came to nothing new; its connection: {connection.close_code}")


def follow(last: dict[str, int], stream: str, change: dict[str, Any]) -> None:
    """`last` is the newest update of each stream. Raise AssertionError when the change does not follow it."""
    if last.get(stream, change["U"] - 1) != change["U"] - 1:
        raise AssertionError(f"a slow reader of {stream} was told {change['U']} after {last[stream]}")
    last[stream] = change["u"]
