"""`trueman chaos`: run, tell how it goes, write the report, and end with 1 when the exchange did not keep its word."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from trueman.chaos.report import Report
from trueman.chaos.run import Plan, run


def chaos(plan: Plan, path: Path | None) -> int:
    """The exit code."""
    console = Console(highlight=False, soft_wrap=True)
    report = asyncio.run(_until_asked(plan, lambda line: console.print(line, markup=False)))
    for line in report.lines():
        console.print(line, markup=False)
    if path is not None:
        report.write(path)
    return 1 if report.findings else 0


async def _until_asked(plan: Plan, say: Callable[[str], None]) -> Report:
    """Ctrl-C ends the faults, not the reckoning."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return await run(plan, say, stop)
