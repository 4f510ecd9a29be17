"""What a supervisor must know of one part of the exchange, and what it reports about it."""

import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypedDict

State = Literal["waiting", "starting", "running", "restarting", "fenced", "stopped"]


class PartStatus(TypedDict):
    name: str
    state: State
    pid: int
    process_started: float
    """With the pid it names a process for certain: pids are used again."""
    restarts: int
    url: str
    log: str
    role: str
    """Of a part that can have several: an engine is `primary` or `shadow`, and changes from one to the other."""


@dataclass(slots=True)
class Part:
    name: str
    argv: Callable[[], list[str]]
    """Asked at each start, after `prepare`."""
    log: Path
    is_ready: Callable[[], bool]
    prepare: Callable[[], None] = lambda: None
    environment: dict[str, str] = field(default_factory=dict)
    user: Callable[[], pwd.struct_passwd | None] = lambda: None
    url: str = ""
    stop_signal: signal.Signals = signal.SIGTERM
    start_seconds_max: float = 60.0
    stop_seconds_max: float = 30.0
    working_dir: Path = Path()
    argv_again: Callable[[], list[str]] | None = None
    """Asked instead when it is started again. A part that has it comes back even when it was fenced: in a role in
    which it takes nobody's place."""


def ready_file(data: Path, name: str) -> Path:
    """A part writes its process id and its role into it: see infra/service.py."""
    return data / "run" / f"{name}.ready"


def role_of(ready: Path, pid: int) -> str:
    """What the process `pid` said it is; nothing when it has not said it yet."""
    try:
        said = ready.read_text().split()
    except FileNotFoundError:
        return ""
    return said[1] if len(said) == 2 and said[0] == str(pid) else ""
