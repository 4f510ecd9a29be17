"""Short waits for every engine test: what is tested is the order of things, not their duration."""

from pathlib import Path

import pytest

from tests.engine.faulty_log import FaultyLog
from trueman.core.snapshot import RULESET
from trueman.engine import service
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.snapshots import load


@pytest.fixture
def database() -> MemoryEngineDatabase:
    return MemoryEngineDatabase()


@pytest.fixture
async def log() -> FaultyLog:
    log = FaultyLog()
    await log.create(RULESET)
    return log


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    for constant in ("service.START_RETRY_SECONDS", "pipeline.RETRY_SECONDS", "emitter.RETRY_SECONDS"):
        monkeypatch.setattr(f"trueman.engine.{constant}", 0.001)


@pytest.fixture(autouse=True)
def verify_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    async def verify_here(path: Path) -> bool:
        load(path)
        return True

    monkeypatch.setattr(service, "verify_elsewhere", verify_here)
    monkeypatch.setattr(service, "portray_aside", None)
