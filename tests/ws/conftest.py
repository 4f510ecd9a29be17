"""The stage with one market on it."""

from collections.abc import AsyncIterator

import pytest

from tests.ws.stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        await stage.open_market()
        yield stage
