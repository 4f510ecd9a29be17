"""Waiting that ends when a service is told to stop, however long what it waits for takes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


async def unless_stopped(stop: asyncio.Event, doing: Coroutine[Any, Any, Answer]) -> Answer | None:
    """What `doing` comes to; None when `stop` was set first: then `doing` is cancelled, and has ended."""
    task = asyncio.ensure_future(doing)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        task.cancel()
        await asyncio.wait([task])
    return None if task.cancelled() else task.result()
