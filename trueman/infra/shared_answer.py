"""One question for everybody who asks at the same time.

An answer is never older than its asking: whoever asks while a question is on its way shares the next one.
"""

import asyncio
from collections.abc import Awaitable, Callable


class SharedAnswer:
    def __init__(self, question: Callable[[], Awaitable[int]]) -> None:
        self._question = question
        self._asked: asyncio.Task[int] | None = None
        self._next: asyncio.Task[int] | None = None

    async def ask(self) -> int:
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._asked))
            self._next.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._next)

    async def _after(self, earlier: asyncio.Task[int] | None) -> int:
        if earlier is not None and not earlier.done():
            await asyncio.wait([earlier])
        self._asked, self._next = self._next, None
        return await self._question()
