"""Which crash points of the specification a seed has come by, told from what went wrong in it."""

from collections import Counter
from typing import Final

HAPPENED: Final[dict[str, str]] = {
    "kill gateway": "C1 C2",
    "kill engine": "C13 C14 C15",
    "pause engine": "C17",
    "second engine": "C18",
    "kill updater": "C23 C24",
    "pause updater": "C26",
    "second updater": "C26",
    "crash log": "C6 C7",
    "disk full: log": "C8 C9",
    "crash database": "C25 C27",
    "disk full: postgres": "C29",
    "freeze database": "C29",
    "restore database": "C28",
    "log clock jumps": "C32",
    "clock jumps": "C32",
    "freeze log": "C33",
    "disk full: snapshot": "C19",
    "snapshot torn": "C19",
    "rules switched": "C36",
    "snapshot corrupted": "C20",
    "spoil snapshot": "C20",
    "request doubled: append_commands": "C3",
    "answer lost: append_commands": "C2 C3",
    "request lost: append_commands": "C1",
    "caller leaves: place": "C5",
    "caller leaves: move": "C5",
    "answer lost: append_events": "C15 C16",
    "request lost: append_events": "C14 C16",
    "request late: append_events": "C16",
    "request doubled: append_events": "C16",
    "answer lost: commit": "C24 C25",
    "crash custody": "C34",
    "freeze custody": "C34",
    "answer lost: pay": "C34",
    "request late: pay": "C34",
    "request doubled: pay": "C34",
    "deposit reported twice": "C35",
    "request lost: commit": "C23 C25",
    "request late: commit": "C25",
}
"""By what happened: a fault of the nemesis, of a disk, or of a wire with what was on it.

C4 and C22 are told by the run itself: an outcome was in doubt, a shadow compared.
"""


def points_of(faults: Counter[str]) -> set[str]:
    return {point for fault in faults for point in HAPPENED.get(fault, "").split()}


KINDS: Final[dict[str, tuple[str, ...]]] = {
    "requests and answers lost": ("request lost", "answer lost"),
    "requests done twice, each with its answer": ("answer doubled",),
    "answers delayed": ("answer late",),
    "requests done after their sender gave up": ("request late",),
    "deaths at an await": ("died at an await",),
    "kills": ("kill engine", "kill gateway", "kill updater"),
    "snapshots torn or damaged": ("snapshot torn", "snapshot corrupted", "spoil snapshot"),
    "unsynced tails lost": ("unsynced tail lost",),
    "pauses": ("pause engine", "pause gateway", "pause updater", "freeze log", "freeze database", "freeze custody"),
    "stale leaders refused": ("stale leader refused",),
    "clock jumps": ("log clock jumps", "clock jumps"),
    "writes refused by a full disk": ("disk full",),
}
"""What really happened, and not only what was tried, by the kinds of trouble that the specification asks for."""


def kinds_of(faults: Counter[str]) -> dict[str, int]:
    return {
        kind: sum(times for fault, times in faults.items() if fault.partition(":")[0] in names)
        for kind, names in KINDS.items()
    }
