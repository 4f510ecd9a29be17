"""A snapshot taken by a copy of this process, so that an engine with very many orders goes on meanwhile.

Checking and writing a state of a million orders takes seconds, in which a shadow could not follow and could not take
over. A forked process has the state as it was at that moment, for as long as it needs; what it shares with us is not
copied until one of us changes it. It runs no loop, answers nobody, closes whatever it inherited, and ends.
"""

import asyncio
import os
import resource
import signal
import traceback
from collections.abc import Awaitable
from pathlib import Path
from typing import Final, NoReturn

import structlog

from trueman.core.exchange import Exchange
from trueman.engine.snapshots import Header, SnapshotStore, header_of, take
from trueman.errors import NotDurable, ServiceError

POLL_SECONDS: Final = 0.05
STDERR: Final = 2
CHILD_SECONDS_MAX: Final = 600.0
"""Many times what the largest state takes. A copy that hangs costs its snapshot, not all that would follow."""
SAVED, WRONG, NO_ROOM, NOT_DURABLE, FAILED = range(5)
"""Exit codes: on disk; the state contradicts itself; the file could not be written; an fsync failed; anything else."""

logger = structlog.get_logger(__name__)


def portray_aside(store: SnapshotStore, exchange: Exchange, epoch: int) -> Awaitable[tuple[Header, Path]]:
    """The copy is made at once; await it for what it has written.

    Awaited, raise OSError when it could not be made or could not write, ServiceError when it failed or hung,
    NotDurable when the disk failed, AssertionError when the state is wrong.
    """
    path = store.path_of(exchange.sequence, epoch)
    try:
        child = os.fork()
    except OSError as error:  # no memory, or no process more: the engine decides on without a copy
        return no_copy(error)
    if child == 0:
        save_and_end(store, exchange, epoch)
    return outcome(child, path)


async def no_copy(error: OSError) -> tuple[Header, Path]:
    raise error


def save_and_end(store: SnapshotStore, exchange: Exchange, epoch: int) -> NoReturn:
    code = FAILED  # no memory, for one, says nothing about the state
    try:
        signal.set_wakeup_fd(-1)  # a signal for us must not wake the loop of the process that we are a copy of
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.closerange(STDERR + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        store.save(take(exchange, epoch))
        code = SAVED
    except NotDurable:
        code = NOT_DURABLE
    except OSError:
        code = NO_ROOM
    except AssertionError:
        code = WRONG
        os.write(STDERR, traceback.format_exc().encode())
    except BaseException:
        os.write(STDERR, traceback.format_exc().encode())
    finally:
        os._exit(code)


async def outcome(child: int, path: Path) -> tuple[Header, Path]:
    try:
        async with asyncio.timeout(CHILD_SECONDS_MAX):
            while (code := ending(child)) is None:  # noqa: ASYNC110 - no child of the loop: it has no event
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        end(child)
        raise ServiceError(f"{path} was not written in {CHILD_SECONDS_MAX:.0f} s: its process was ended") from None
    except asyncio.CancelledError:
        end(child)
        raise
    if code == NO_ROOM:
        raise OSError(f"{path} could not be written")
    if code == NOT_DURABLE:
        raise NotDurable(f"{path} was written, but the disk does not keep it")
    assert code != WRONG, "the state contradicts itself: see the traceback above"
    if code == FAILED:
        raise ServiceError(f"the process that wrote {path} failed: see the traceback above")
    if code != SAVED:
        raise OSError(f"the process that wrote {path} ended with {code}")
    logger.info("snapshot", path=str(path))
    return header_of(path), path


def ending(child: int) -> int | None:
    """Its exit code, once it has one."""
    pid, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None


def end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
