"""Ways between two parts that are cut, go silent, lose what one side sends, or are slow: faults of the network."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, NamedTuple

from trueman.chaos.cable import Cable
from trueman.chaos.network import Wire
from trueman.chaos.stage import SERVERS, Stage

SECONDS: Final = (0.5, 4.0)
ISOLATED_SECONDS: Final = (4.0, 7.0)
"""Longer than a lease: somebody else leads when the network is mended."""
DELAY_SECONDS: Final = 0.1
PRIMARY: Final = "engine"


class Way(NamedTuple):
    """One service's way to one server: a cable always, and a wire where networks of one's own are allowed."""

    cable: Cable
    wire: Wire | None

    def cut(self) -> None:
        self.cable.cut()

    def silence(self) -> None:
        self.cable.silence()

    def slow(self) -> None:
        self.cable.delay_seconds = DELAY_SECONDS

    def lose(self) -> None:
        if self.wire is None:
            self.cable.lose()
        else:
            self.wire.unplug()

    def mute(self) -> None:
        if self.wire is None:
            self.cable.lose(back=False)
        else:
            self.wire.lose_what_the_service_sends()

    def deafen(self) -> None:
        if self.wire is None:
            self.cable.lose(there=False)
        else:
            self.wire.lose_what_it_is_sent()

    def mend(self) -> None:
        self.cable.mend()
        if self.wire is not None:
            self.wire.mend()


HARMS: Final[dict[str, Callable[[Way], None]]] = {
    "cut": Way.cut,
    "silent and then broken": Way.silence,
    "slow": Way.slow,
    "unplugged": Way.lose,
    "losing what is asked": Way.mute,
    "losing what is answered": Way.deafen,
}


def harming(service: str, server: str, how: str) -> Callable[[Stage, Random], Awaitable[str]]:
    async def strike(stage: Stage, random: Random) -> str:
        seconds, name = random.uniform(*SECONDS), stage.primary() if service == PRIMARY else service
        await _harm([_way(stage, name, server)], HARMS[how], seconds)
        return f"{service} — {server} {how} for {seconds:.1f} s"

    return strike


async def isolate_the_primary(stage: Stage, random: Random) -> str:
    """It hears of nobody and nobody of it: a shadow leads when the network is mended, and it has to notice."""
    seconds, name = random.uniform(*ISOLATED_SECONDS), stage.primary()
    await _harm([_way(stage, name, server) for server in SERVERS], Way.lose, seconds)
    return f"the primary was alone for {seconds:.1f} s"


def _way(stage: Stage, service: str, server: str) -> Way:
    wire = stage.network.wires[service, server] if stage.network else None
    return Way(stage.cables[service, server], wire)


async def _harm(ways: list[Way], harm: Callable[[Way], None], seconds: float) -> None:
    for way in ways:
        harm(way)
    try:
        await asyncio.sleep(seconds)
    finally:
        for way in ways:
            way.mend()
