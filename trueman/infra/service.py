"""How every service runs: uvloop, signals that ask it to stop, structured logs, exit codes that mean something.

A supervisor reads the exit code: 0 done, 1 a bug, 70 fenced (a later engine has taken over: it may come
back as its shadow, never by itself as primary), 75 a neighbour is away (restart later), 78 the operator must change
something.
"""

import asyncio
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
import uvloop

from trueman.errors import Fenced, Halted, ServiceError, StartError

EXIT_BUG = 1
EXIT_FENCED = 70
EXIT_TRY_LATER = 75
EXIT_OPERATOR = 78

OPEN_FILES_WANTED = 65_536
"""A connection is a file, and many systems give a process 1,024 unless it asks."""

READY_FILE = "TRUEMAN_READY_FILE"
"""Set by whoever starts a service and wants to know when it works: a file to write the process id into, and
the role of a part that can have several."""

Main = Callable[[asyncio.Event], Awaitable[None]]


def run_service(name: str, main: Main, *, log_level: str = "info") -> None:
    """Run `main` until it returns or SIGTERM or SIGINT sets its stop event; end the process when it failed."""
    if not __debug__:
        raise SystemExit("TrueMan does not run under python -O: its assertions guard money.")
    configure_logging(log_level)
    structlog.contextvars.bind_contextvars(service=name)
    logger = structlog.get_logger()
    allow_open_files()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_until_signal(main))
    except Fenced as error:
        logger.error("fenced", reason=str(error))
        raise SystemExit(EXIT_FENCED) from None
    except Halted as error:
        logger.error("engines disagree", reason=str(error))
        raise SystemExit(EXIT_OPERATOR) from None
    except StartError as error:
        logger.error("cannot start", reason=str(error))
        raise SystemExit(EXIT_OPERATOR) from None
    except (ServiceError, OSError) as error:
        logger.error("a neighbour is away or broken", reason=f"{type(error).__name__}: {error}")
        raise SystemExit(EXIT_TRY_LATER) from None
    except Exception:
        logger.exception("a bug ends this service")
        raise SystemExit(EXIT_BUG) from None
    logger.info("stopped")


def allow_open_files(wanted: int = OPEN_FILES_WANTED) -> int:
    """As many as are wanted or the system gives; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return soft


async def _until_signal(main: Main) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await main(stop)


def announce_ready(role: str = "") -> None:
    """Called by a service once it does its work, and again when its role changes."""
    structlog.get_logger().info("ready", **({"role": role} if role else {}))
    if path := os.environ.get(READY_FILE):
        Path(path).write_text(f"{os.getpid()} {role}".strip())


def configure_logging(level: str) -> None:
    """Lines for people on a terminal, JSON for machines everywhere else. On stderr: stdout belongs to commands."""
    renderer: structlog.typing.Processor
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
