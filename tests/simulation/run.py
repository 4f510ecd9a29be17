"""A seed from its morning to its judgement: a quiet start, hours of faults in seconds, and a heal that must succeed."""

import asyncio
from collections import Counter
from functools import partial
from typing import NamedTuple

from tests.simulation.awaits import Watch
from tests.simulation.judge import converge, judge
from tests.simulation.nemesis import Nemesis
from tests.simulation.network import ConnectionLost, ConnectionRefused
from tests.simulation.points import points_of
from tests.simulation.referee import require
from tests.simulation.world import World, seeded
from trueman.core.commands import CreateAsset, CreateMarket, SwitchRuleset
from trueman.core.rejections import ASSET_EXISTS, MARKET_EXISTS, OK, RULESET_INVALID
from trueman.core.rulesets import NEWEST_RULESET
from trueman.errors import ServiceError

START_SECONDS_MAX = 60.0
SEED_SECONDS_MAX = 3_600.0
TRADING_SECONDS_MAX = 120.0
"""What is not asked by then is not asked."""
ACTS = 40
LISTING = (
    CreateAsset(0, 4, "BTC"),
    CreateAsset(0, 4, "USDT"),
    CreateMarket(0, 0, 1, 100, 100, 1, 10_000, 1, 10_000, 0, 1_000, 2_000, "BTCUSDT"),
)


class Outcome(NamedTuple):
    seed: int
    digest: str
    """Of the trace: the same for the same seed."""
    commands: int
    answers: int
    doubts: int
    seconds: float
    """Of simulated time."""
    steps: int
    faults: Counter[str]
    points: set[str]
    """Crash points that the seed came by."""


class Failed(AssertionError):
    """A seed that broke a promise. The message says what, and how to see it again."""


def run(
    seed: int,
    *,
    only: str = "",
    acts: int = ACTS,
    watch: Watch | None = None,
    lines: list[str] | None = None,
) -> Outcome:
    """`only` names the one kind of fault that there shall be, a method of the nemesis; `lines` get the whole story."""
    with seeded(seed, shows=lines is not None) as world:
        if lines is not None:
            world.trace.lines = lines
        for unit in world.units:
            unit.watch = watch
        try:
            world.loop.run_until_complete(asyncio.wait_for(day(world, only, acts), SEED_SECONDS_MAX))
        except Exception as error:
            world.trace.note("verdict", f"{type(error).__name__}: {error}")
            raise Failed(
                f"seed {seed} at {world.loop.time():.6f}: {type(error).__name__}: {error}\n"
                f"See it again with: python -m tests.simulation {seed}{f' --only {only}' if only else ''}"
            ) from error
        faults = world.all_faults
        points = (
            points_of(faults) | ({"C4"} if world.diary.doubts else set()) | ({"C22"} if world.has_shadow else set())
        )
        return Outcome(
            seed, world.trace.digest(), world.referee.decided, world.diary.answers, world.diary.doubts,
            world.loop.time(), world.loop.steps, faults, points,
        )  # fmt: skip


def judged(seed: int) -> Outcome | str:
    """What came of it, or what broke, in words that another process can be told."""
    try:
        return run(seed)
    except Failed as error:
        return str(error)


async def day(world: World, only: str, acts: int) -> None:
    nemesis = Nemesis(world, only)
    await open_exchange(world)
    trading = asyncio.gather(*[client.trade(acts, world.pause_seconds) for client in world.clients])
    governing = asyncio.ensure_future(switch_rules(world))
    tormenting = asyncio.ensure_future(nemesis.torment())
    try:
        while not trading.done() and world.loop.time() < TRADING_SECONDS_MAX:
            await asyncio.sleep(0.05)
            world.require_no_fault()
            if tormenting.done():
                tormenting.result()
        if trading.done():
            trading.result()
    finally:
        tormenting.cancel()
        trading.cancel()
    await nemesis.heal()
    await converge(world, governing)
    await judge(world)


async def switch_rules(world: World) -> None:
    """C36: somewhere in the midst of it an operator goes to the newest rules, and asks until he is told."""
    await asyncio.sleep(4 * world.random.random())
    while True:
        gateway = world.random.choice(world.gateways)
        try:
            result = await world.network.ask(gateway, partial(gateway.submit, SwitchRuleset(0, NEWEST_RULESET)), "rule")
        except (ServiceError, ConnectionLost, ConnectionRefused, ConnectionRefusedError):
            await asyncio.sleep(0.2)
            continue
        require(result.decided.reason in (OK, RULESET_INVALID), f"the switch came to {result.decided.reason}")
        world.faults["rules switched"] += result.decided.reason == OK
        return


async def open_exchange(world: World) -> None:
    """Everything is started, assets and a market are listed, and everybody has some money."""
    world.start()
    async with asyncio.timeout(START_SECONDS_MAX):
        for command in LISTING:
            while not await listed(world, command):
                await asyncio.sleep(0.1)
                world.require_no_fault()
        await asyncio.gather(*[client.fund() for client in world.clients])
    world.require_no_fault()


async def listed(world: World, command: CreateAsset | CreateMarket) -> bool:
    gateway = world.gateways[0]
    try:
        result = await world.network.ask(gateway, lambda: gateway.submit(command), "list")
    except (ServiceError, ConnectionLost, ConnectionRefused, ConnectionRefusedError):
        return False
    return result.decided.reason in (OK, ASSET_EXISTS, MARKET_EXISTS)
