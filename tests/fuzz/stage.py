"""An exchange that lives in a thread of its own, for tests that are no coroutines."""

import asyncio
import threading
from collections.abc import Coroutine
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx
from schemathesis import Case

from tests.api.conftest import MARKET, engine_and_updater, serving
from trueman.core.snapshot import RULESET
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings

SECONDS_MAX = 30.0
BASE_URL = "http://api.test"
SYMBOL = "symbol"
KNOWN_SHARE = 0.7
"""Of requests that name a market, name the one there is: behind an unknown one there is little to break."""
OURS = ("authorization", "x-mbx-apikey")
STAMPED = frozenset({"timestamp", "signature", "recvWindow"})


class Stage:
    """With a market, and an administrator who has money and a key with every permission."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._random = Random(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._begun, self._over = threading.Event(), asyncio.Event()
        self._life = asyncio.run_coroutine_threadsafe(self._live(), self._loop)
        if not self._begun.wait(SECONDS_MAX):
            self._life.result(0)

    async def _live(self) -> None:
        log = MemoryLog()
        await log.create(RULESET)
        async with (
            engine_and_updater(self._settings, log) as (database, stop),
            serving(self._settings, log, database, stop) as self.exchange,
        ):
            self.admin = await self.exchange.make_admin()
            await self.exchange.list_market(self.admin)
            await self.admin.deposit("USDT", "100000")
            self.program = await self.admin.make_key()
            self.document: dict[str, Any] = (await self.exchange.http.get("/openapi.json")).json()
            self._begun.set()
            await self._over.wait()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._life.result(SECONDS_MAX)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS_MAX)

    def ask(self, case: Case, *, is_signed: bool) -> httpx.Response:
        """With every right: nothing is to hide behind a 401."""
        if SYMBOL in (case.query or {}) and self._random.random() < KNOWN_SHARE:
            case.query[SYMBOL] = MARKET["symbol"]
        if is_signed:
            query = urlencode({name: value for name, value in (case.query or {}).items() if name not in STAMPED})
            return self.run(self.program.call(case.method, case.formatted_path, query))
        asked = case.as_transport_kwargs(base_url=BASE_URL)
        asked.pop("cookies", None)
        data = asked.pop("data", None)
        if data is not None:
            asked["content"] = data if isinstance(data, bytes | str) else urlencode(data)
        headers = asked["headers"]
        asked["headers"] = {name: headers[name] for name in headers if name.lower() not in OURS}
        return self.run(self.admin.call(asked.pop("method"), asked.pop("url"), **asked))
