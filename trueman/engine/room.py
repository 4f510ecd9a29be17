"""How much room the data folder has, and for how long: the archive grows for ever, and a full disk stops the exchange.

Snapshots have a bound of their own (`TRUEMAN_SNAPSHOT_BYTES_MAX`). The archive has none, for nothing of the past is
forgotten; so whoever runs the exchange is told how fast it grows, and in time.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import structlog
from prometheus_client import Gauge

from trueman.infra.settings import Settings

LOOK_SECONDS: Final = 60.0
ALARM_AGAIN_SECONDS: Final = 600.0
DAY_US: Final = 86_400_000_000
SPAN_US_MIN: Final = DAY_US // 24
"""Of log time: from less nothing is foretold."""
RUNBOOK: Final = "docs/runbooks/the-disk-fills-up.md"

FREE: Final = Gauge("trueman_disk_free_bytes", "Free where the data folder lies")
SNAPSHOTS: Final = Gauge("trueman_snapshots_bytes", "Bytes of the snapshots that are kept")
ARCHIVE: Final = Gauge("trueman_archive_bytes", "Bytes of the archive of both logs")
PER_DAY: Final = Gauge(
    "trueman_archive_bytes_per_day", "How fast it grew in its last day of log time; 0: not known yet"
)
ALARM: Final = Gauge("trueman_disk_alarm", "1 while the disk is nearly full, or soon will be")

logger = structlog.get_logger(__name__)


class Room(NamedTuple):
    """In bytes."""

    free: int
    snapshots: int
    archive: int
    archive_per_day: int
    """0: not known yet."""
    disk: int = 0
    """The whole of it, as far as we may use it."""

    @property
    def days(self) -> float | None:
        """Until the archive has filled the disk, as fast as it grew lately; None when that is not known."""
        return self.free / self.archive_per_day if self.archive_per_day else None

    def fault(self, free_min: int, used_percent_max: int, days_min: int) -> str:
        """Why somebody should make room now; empty when nobody need."""
        if self.free < free_min:
            return f"{self.free / 1e9:.1f} GB are free, less than {free_min / 1e9:.1f}"
        used = self.disk - self.free
        if used * 100 > self.disk * used_percent_max:
            return f"{used / self.disk:.0%} of the disk are used, more than {used_percent_max} %"
        if self.days is not None and self.days < days_min:
            return f"at {self.archive_per_day / 1e9:.2f} GB a day it is full in {self.days:.1f} days"
        return ""

    def line(self) -> str:
        grows = f", {self.archive_per_day / 1e6:,.1f} MB a day" if self.archive_per_day else ""
        full = f", full in {self.days:,.0f} days" if self.days is not None else ""
        return (
            f"disk: {self.free / 1e9:,.1f} GB free{full}; archive {self.archive / 1e6:,.1f} MB{grows}; "
            f"snapshots {self.snapshots / 1e6:,.1f} MB"
        )


class Stamp(msgspec.Struct, frozen=True):
    """What the header of a segment says, as far as it matters here."""

    time_us: int


def look(data: Path) -> Room:
    """Blocks."""
    disk = shutil.disk_usage(data)
    segments = sorted((data / "archive").glob("[0-9]*-*[0-9]"))
    snapshots = (data / "snapshots").glob("snap-*")
    return Room(
        free=disk.free,
        snapshots=sum(map(size_of, snapshots)),
        archive=sum(map(size_of, segments)),
        archive_per_day=growth(segments),
        disk=disk.used + disk.free,
    )


def growth(segments: list[Path]) -> int:
    """Bytes a day of log time, over the last day of what is archived. `segments` are oldest first."""
    newest = time_of(segments[-1]) if segments else 0
    grown, span_us = 0, 0
    for later, earlier in zip(reversed(segments), reversed(segments[:-1]), strict=False):
        grown += size_of(later)
        span_us = newest - time_of(earlier)
        if span_us >= DAY_US:
            break
    return grown * DAY_US // span_us if span_us >= SPAN_US_MIN else 0


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # it was pruned, or has got its name, while we looked


@cache
def time_of(segment: Path) -> int:
    """The log's time of its last command; no segment ever changes."""
    with segment.open("rb") as file:
        return msgspec.json.decode(file.readline(), type=Stamp).time_us


class Watch:
    def __init__(self, settings: Settings) -> None:
        self._data = settings.data
        self._bounds = settings.disk_free_bytes_min, settings.disk_used_percent_max, settings.disk_days_min
        self._told_at = float("-inf")

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        try:
            room = await asyncio.to_thread(look, self._data)
        except (OSError, msgspec.MsgspecError) as error:
            logger.error(
                "the room on the disk cannot be told", error=f"{type(error).__name__}: {error}", runbook=RUNBOOK
            )
            return
        for gauge, value in zip((FREE, SNAPSHOTS, ARCHIVE, PER_DAY), room, strict=False):
            gauge.set(value)
        fault = room.fault(*self._bounds)
        ALARM.set(bool(fault))
        now = asyncio.get_running_loop().time()
        if fault and now - self._told_at >= ALARM_AGAIN_SECONDS:
            self._told_at = now
            logger.error("the disk fills up", why=fault, folder=str(self._data), runbook=RUNBOOK)


@asynccontextmanager
async def watched(settings: Settings) -> AsyncIterator[None]:
    """While the block runs."""
    watching = asyncio.create_task(Watch(settings).run())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])
