"""Tiny parts: programs of a few lines that come up, die and stop as a test wants."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from trueman.stack.parts import Part

PROGRAM = """
import os, pathlib, signal, sys, time
name, folder, ending = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
def say(word):
    with (folder / "story").open("a") as story:
        story.write(f"{name} {word}\\n")
def stop(*_):
    say("stopped")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
say("began")
(folder / f"{name}.ready").write_text(str(os.getpid()))
if ending != "never":
    sys.exit(int(ending))
while True:
    time.sleep(0.01)
"""

MakePart = Callable[..., Part]


@pytest.fixture
def make_part(tmp_path: Path) -> MakePart:
    def make(name: str, *, ending: str = "never", program: str = PROGRAM) -> Part:
        ready = tmp_path / f"{name}.ready"
        return Part(
            name=name,
            argv=lambda: [sys.executable, "-c", program, name, str(tmp_path), ending],
            log=tmp_path / "logs" / f"{name}.log",
            is_ready=ready.exists,
            prepare=lambda: ready.unlink(missing_ok=True),
            start_seconds_max=10,
            stop_seconds_max=5,
        )

    return make


@pytest.fixture
def story(tmp_path: Path) -> Callable[[], list[str]]:
    return lambda: (tmp_path / "story").read_text().splitlines()
