"""What an operator asks of engines through the log: change places, and write again after a disagreement."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from trueman.engine.lease import Lease
from trueman.errors import Fenced, Halted, LogUnavailable, OutcomeUnknown, StartError
from trueman.infra.log import Heartbeat, Log
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import ValkeyLog

LOOK_SECONDS = 0.05
SWITCH_SECONDS_MAX = 30.0
"""A shadow that has not taken over by then never will: its log file says why."""


async def switch(settings: Settings) -> str:
    async with opened(settings) as log:
        return await switch_in(log, settings.lease_seconds)


async def switch_in(log: Log, lease_seconds: float) -> str:
    """Ask, and wait until another engine decides; say what came of it. Raise StartError when none stands by."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    before = await log.heartbeat()
    await require_shadow(log, before, lease_seconds)
    asked = loop.time()
    await log.ask_switch(before.epoch)
    while loop.time() - asked < SWITCH_SECONDS_MAX:
        now = await log.heartbeat()
        if now.epoch > before.epoch and now.beats > before.beats:
            return (
                f"Epoch {now.epoch} decides in place of epoch {before.epoch}, {loop.time() - asked:.2f} s after it was "
                f"asked to ({asked - began:.1f} s to see that a shadow stands by)."
            )
        await asyncio.sleep(LOOK_SECONDS)
    with suppress(Fenced):  # at the last moment one has
        await log.take_back_switch(before.epoch)
    raise StartError(
        f"No engine has taken the place of epoch {before.epoch} within {SWITCH_SECONDS_MAX:g} s, and the wish is taken "
        "back: nothing was changed. Read the shadow's log file. See docs/runbooks/no-shadow-stands-by.md"
    )


async def require_shadow(log: Log, before: Heartbeat, lease_seconds: float) -> None:
    """Wait for a shadow's next sign of life: without one, a wish to switch would only wait for the next that comes."""
    lease, loop, signs = Lease(lease_seconds), asyncio.get_running_loop(), before.standby_beats
    while not lease.is_over(signs, loop.time()):
        await asyncio.sleep(LOOK_SECONDS)
        now = await log.heartbeat()
        if now.halted:
            raise StartError(f"Engines disagree and nobody may write. {now.halted}")
        if now.standby_beats > signs:
            return
    raise StartError(
        f"No shadow has shown a sign of life for {lease_seconds:g} s: there is nothing to switch to. Start one with "
        "`trueman engine --shadow`. See docs/runbooks/no-shadow-stands-by.md"
    )


async def resume(settings: Settings) -> str:
    async with opened(settings) as log:
        halted = (await log.heartbeat()).halted
        if not halted:
            return "No engines disagree: nothing to do."
        await log.resume()
        return f"Engines may write again. What they had disagreed about: {halted}"


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Log]:
    """Whatever speaks against it is told in the operator's words."""
    log = await ValkeyLog.connect(settings.valkey_url, durable=False)
    try:
        yield log
    except (Fenced, Halted, LogUnavailable, OutcomeUnknown) as error:
        raise StartError(f"The log, where VALKEY_URL says it is, answered: {error}") from None
    finally:
        await log.close()
