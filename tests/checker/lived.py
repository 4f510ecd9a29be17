"""Logs to be checked: frames through the real core, kept as (time, commands, events)."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.reference.logbook import Line
from tests.reference.streams import Frame
from trueman.checker.findings import Fault
from trueman.checker.log import LogChecker
from trueman.core.exchange import Exchange


class Entry(NamedTuple):
    time_us: int
    commands: bytes
    events: bytes


def lived(lines: Iterable[Line], ruleset: int) -> list[Entry]:
    """What the core makes of a day."""
    exchange, entries = Exchange(ruleset), []
    for line in lines:
        if isinstance(line, Frame):
            result = exchange.apply(exchange.sequence + 1, line.size, line.time_us, line.data)
            entries.append(Entry(line.time_us, line.data, result))
    return entries


def faults_of(entries: Iterable[Entry], ruleset: int) -> list[Fault]:
    checker = LogChecker(ruleset)
    for entry in entries:
        checker.check(*entry)
    return checker.faults


def told(faults: list[Fault]) -> str:
    return "\n".join(fault.line() for fault in faults[:10])
