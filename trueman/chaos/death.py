"""A process dies with all that it started, at once: PostgreSQL's are many, and each has a session of its own."""

import contextlib
import signal

import psutil


def kill_tree(pid: int) -> None:
    """Stopped first, so that nobody finishes a thing, or starts another, because somebody else died."""
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        parent.send_signal(signal.SIGSTOP)
        family = [parent, *parent.children(recursive=True)]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(number)
