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
