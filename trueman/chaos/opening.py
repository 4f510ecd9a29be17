"""The exchange's first minutes: an administrator, two assets, one market without any guard."""

from typing import Final

import httpx

from trueman.chaos.client import SYMBOL
from trueman.chaos.stage import Stage
from trueman.infra.database.connection import API, connect_pool
from trueman.infra.database.identity import create_user
from trueman.stack.demo import LogIn, call, log_in

ADMIN: Final = LogIn(email="operator@chaos.example", password="a long word for the operator")
MARKET: Final = {
    "symbol": SYMBOL,
    "base": "BTC",
    "quote": "USDT",
    "tickSize": "0.01",
    "lotSize": "0.00001",
    "minPrice": "0.01",
    "maxPrice": "1000000",
    "minNotional": "5",
    "minQuantity": "0.00001",
    "maxQuantity": "9000",
    "makerFee": "0.001",
    "takerFee": "0.001",
}


async def open_market(stage: Stage) -> None:
    async with await connect_pool(stage.postgres.url, API) as pool:
        await create_user(pool, ADMIN["email"], ADMIN["password"], "admin")
    async with httpx.AsyncClient(base_url=stage.api_url, timeout=15, trust_env=False) as http:
        token = await log_in(http, ADMIN)
        for code in ("BTC", "USDT"):
            await call(http, "POST", "/v1/admin/assets", {"code": code, "decimals": 8}, token)
        await call(http, "POST", "/v1/admin/markets", MARKET, token)
